/** A page that shows what the leader tells it. It makes its own short calls, from the seat that all share. */
import { newEvents, positionOf } from '../cursor.ts';
import { isShutOut, shutOut, withSnapshot } from '../state.ts';
import type { Store } from '../store.ts';
import type { Seat, UplinkPorts } from '../uplink.ts';
import type { News, Standing, Welcome } from './messages.ts';

export class Follower {
  readonly #store: Store;
  readonly #ports: UplinkPorts;
  readonly #user: string;
  /** With the cursor up to which this page has had the events. */
  seat: Seat | undefined;

  constructor(store: Store, ports: UplinkPorts, user: string) {
    this.#store = store;
    this.#ports = ports;
    this.#user = user;
  }

  /** A page that has all that the leader has keeps what it shows. */
  welcome({ place, ...standing }: Welcome): void {
    if (place === undefined || place.seat.user !== this.#user) {
      this.standing(standing);
      return;
    }
    const isNewTab = this.seat?.tab !== place.seat.tab;
    if (isNewTab || !this.#hasHad(place.seat.cursor)) {
      this.seat = place.seat;
      this.#store.set(withSnapshot(this.#store.state, place.snapshot));
    }
    this.standing(standing);
    this.#ports.seated(isNewTab);
  }

  standing({ status, problem }: Standing): void {
    if (problem !== undefined && isShutOut({ status, problem })) {
      this.seat = undefined;
      this.#store.set(shutOut(this.#store.state, problem));
    } else this.#store.change({ status, problem });
  }

  /** Returns false when this page has missed something. `rings`: is this the page to ring? */
  news({ tab, after, cursor, events, ring }: News, rings: boolean): boolean {
    const { seat } = this;
    if (seat?.tab !== tab) return false;
    if (this.#hasHad(cursor)) return true;
    if (!this.#hasHad(after)) return false;
    const [own, next] = [positionOf(seat.cursor), positionOf(cursor)];
    const fresh = newEvents(events, own.epoch === next.epoch ? own.n : -1);
    this.seat = fresh.some(({ type }) => type === 'bye') ? undefined : { ...seat, cursor };
    const loud = ring.filter((n) => rings && fresh.some((event) => event.n === n));
    this.#ports.polled({ events: fresh, ring: loud });
    return true;
  }

  #hasHad(cursor: string): boolean {
    if (this.seat === undefined || this.#store.state.snapshot === undefined) return false;
    const [own, other] = [positionOf(this.seat.cursor), positionOf(cursor)];
    return own.epoch === other.epoch && own.n >= other.n;
  }
}
