/**
 * The frames of ejabberd's external authentication: two bytes of length, big-endian, and so many bytes
 * (an Erlang port with {packet, 2}). A request may be split over reads, and several may come in one.
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The payloads that this chunk completes. */
  read(chunk: Buffer): Buffer[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const payloads: Buffer[] = [];
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      payloads.push(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return payloads;
  }
}

const YES = Buffer.from([0, 2, 0, 1]);
const NO = Buffer.from([0, 2, 0, 0]);

/** The only two answers that there are. */
export function answerFrame(yes: boolean): Buffer {
  return yes ? YES : NO;
}
