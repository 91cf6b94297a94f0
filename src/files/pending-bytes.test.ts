import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PendingBytes } from './pending-bytes.ts';

const text = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom(1, 1, 1, 1_000, 50_000))
  .map(([part, times]) => part.repeat(times));

test('a file receives all texts in order, those that were added during a write as well', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'qbl-pending-'));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 5 }), { maxLength: 5 }), async (rounds) => {
        const path = join(directory, 'texts');
        const file = await open(path, 'w');
        const pending = new PendingBytes();
        let write = Promise.resolve();
        for (const texts of rounds) {
          for (const each of texts) pending.add(each);
          await write;
          write = pending.writeTo(file);
        }
        await write;
        await file.close();
        expect(pending.length).toBe(0);
        const expected = Buffer.from(rounds.flat().join(''));
        expect((await readFile(path)).equals(expected)).toBe(true);
      }),
      { numRuns: 50 },
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
