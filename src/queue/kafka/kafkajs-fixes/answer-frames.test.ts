import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerFrames, MAX_KAFKA_ANSWER_BYTES } from './answer-frames.ts';

function framed(answer: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(answer.length);
  return Buffer.concat([length, answer]);
}

/** Splits the bytes into chunks of these sizes. After the last size, the first one is used again. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, nth = 0; at < bytes.length; nth++) {
    const size = sizes[nth % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('AnswerFrames', () => {
  test('returns the answers as they were written, for any split into chunks', () => {
    const answers = fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
    fc.assert(
      fc.property(answers, sizes, (all, cuts) => {
        const written = all.map(framed);
        const frames = new AnswerFrames();
        const read = cut(Buffer.concat(written), cuts).flatMap((chunk) => [...frames.push(chunk)]);
        expect(read.map((frame) => frame.toString('hex'))).toEqual(written.map((it) => it.toString('hex')));
      }),
    );
  });

  test('collects an answer of 20 MiB in one buffer', () => {
    const answer = framed(Buffer.alloc(20 * 1024 * 1024, 7));
    const frames = new AnswerFrames();
    const read = cut(answer, [65_536]).flatMap((chunk) => [...frames.push(chunk)]);
    expect(read.map((frame) => frame.equals(answer))).toEqual([true]);
  });

  test.each([0, 3, -1, -(2 ** 31), MAX_KAFKA_ANSWER_BYTES + 1, 2 ** 31 - 1])(
    'rejects the length %i',
    (length) => {
      const bytes = Buffer.alloc(12);
      bytes.writeInt32BE(length);
      expect(() => [...new AnswerFrames().push(bytes)]).toThrow(RangeError);
      const frames = new AnswerFrames();
      expect([...frames.push(bytes.subarray(0, 3))]).toEqual([]);
      expect(() => [...frames.push(bytes.subarray(3))]).toThrow(RangeError);
    },
  );

  test('needs no more memory for an incomplete answer than the bytes received plus 16 MiB', () => {
    const frames = new AnswerFrames();
    const length = Buffer.alloc(4);
    length.writeInt32BE(MAX_KAFKA_ANSWER_BYTES);
    const before = process.memoryUsage().arrayBuffers;
    expect([...frames.push(Buffer.concat([length, Buffer.alloc(1000)]))]).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(17 * 1024 * 1024);
  });
});
