import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';
import { FrameBuffer } from './frame-buffer.ts';

function framed(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length);
      return [length, body];
    }),
  );
}

function takeAll(buffer: FrameBuffer, chunk: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let rest = chunk; rest.length > 0; ) {
    const taken = buffer.take(rest);
    rest = taken.rest;
    if (taken.frame) frames.push(taken.frame);
    else if (buffer.wantedBytes > 0) buffer.grow(buffer.wantedBytes);
  }
  return frames;
}

test('returns the frames that were written, for any split of the stream', () => {
  const body = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(body, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (bodies, cuts) => {
        const buffer = new FrameBuffer();
        const frames: Buffer[] = [];
        let rest = framed(bodies);
        for (const cut of cuts) {
          frames.push(...takeAll(buffer, rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        frames.push(...takeAll(buffer, rest));
        expect(frames).toEqual(bodies.map((each) => Buffer.from(each)));
        expect(buffer.isInsideFrame).toBe(false);
      },
    ),
  );
});

test('the buffer grows with the bytes received, not with the announced length', () => {
  const buffer = new FrameBuffer();
  const length = Buffer.alloc(4);
  length.writeInt32BE(MAX_FRAME_BYTES);
  const piece = Buffer.alloc(65_536);
  takeAll(buffer, Buffer.concat([length, piece]));
  for (let bytes = piece.length; bytes < 20 * 2 ** 20; bytes += piece.length) {
    expect(buffer.capacityBytes).toBeLessThanOrEqual(Math.max(2 ** 20, 4 * bytes));
    takeAll(buffer, piece);
  }
});

test.each([-1, MAX_FRAME_BYTES + 1])('the length %i is refused at once', (announced) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(announced);
  expect(() => new FrameBuffer().take(length)).toThrow(ProtocolError);
  const buffer = new FrameBuffer();
  buffer.take(length.subarray(0, 2));
  expect(() => takeAll(buffer, length.subarray(2))).toThrow(ProtocolError);
});
