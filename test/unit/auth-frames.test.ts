import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerFrame, FrameReader } from '../../ejabberd-modules/auth/frames.ts';

function frameOf(payload: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length);
  return Buffer.concat([length, payload]);
}

/** The bytes in pieces, cut at these places. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const inside = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const ends = [...inside, bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

function readAll(pieces: readonly Buffer[]): Buffer[] {
  const reader = new FrameReader();
  return pieces.flatMap((piece) => reader.read(piece));
}

describe('frames of external authentication', () => {
  test('come out whole and in order, wherever the bytes are cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 });
    const cuts = fc.array(fc.nat(20_000), { maxLength: 30 });
    fc.assert(
      fc.property(payloads, cuts, (sent, places) => {
        const pieces = cutAt(Buffer.concat(sent.map(frameOf)), places);
        expect(readAll(pieces)).toEqual(sent.map((payload) => Buffer.from(payload)));
      }),
    );
  });

  test.each([0, 1, 255, 256, 65_535])('may have a payload of %i bytes', (length) => {
    const payload = Buffer.alloc(length, 'x');
    const bytes = Buffer.concat([frameOf(payload), frameOf(Buffer.from('behind'))]);
    for (const places of [[], [1], [2], [length], [length + 1], [length + 2], [length + 3]])
      expect(readAll(cutAt(bytes, places))).toEqual([payload, Buffer.from('behind')]);
  });

  test('come out one byte at a time', () => {
    const bytes = Buffer.concat([frameOf(Buffer.from('a:b:c')), frameOf(Buffer.alloc(0))]);
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect(readAll(pieces)).toEqual([Buffer.from('a:b:c'), Buffer.alloc(0)]);
  });

  test('are not there before their last byte is', () => {
    const bytes = frameOf(Buffer.from('isuser:alice:im.example'));
    const reader = new FrameReader();
    expect(reader.read(bytes.subarray(0, -1))).toEqual([]);
    expect(reader.read(bytes.subarray(-1))).toHaveLength(1);
  });
});

test('there are two answers, of four bytes each', () => {
  expect([...answerFrame(true)]).toEqual([0, 2, 0, 1]);
  expect([...answerFrame(false)]).toEqual([0, 2, 0, 0]);
});
