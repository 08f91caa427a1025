/** What is planned in the neighbourhood. */
import type { Event } from '../content/groups.ts';
import type { Names } from '../people.ts';
import { PersonLink } from './person-link.tsx';

interface Props {
  readonly events: readonly Event[];
  readonly names: Names;
  /** With what each is about, and who asks people in. */
  readonly inFull?: boolean;
}

export function EventList({ events, names, inFull = false }: Props) {
  return (
    <ul class="events">
      {events.map((event) => (
        <li key={event.id}>
          <span class="date">
            <strong>{event.day}</strong>
            <small>{event.week}</small>
          </span>
          <div class="who">
            <strong>{event.name}</strong>
            <small>{`${event.time} · ${event.where}`}</small>
            {inFull && <EventDetails event={event} host={names.get(event.host)} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function EventDetails({ event, host }: { event: Event; host: string | undefined }) {
  return (
    <>
      <p>{event.about}</p>
      {host !== undefined && (
        <small>
          Ask <PersonLink person={{ id: event.host, name: host }} />
        </small>
      )}
    </>
  );
}
