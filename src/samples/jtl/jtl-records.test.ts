import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordSplitter } from './jtl-records.ts';

const TEXT = 'a,é\r\n"two\nlines","ñ"\n\n"a ""quote"""\r\ntorn "é';
const RECORDS = ['1 a,é', '2 "two\nlines","ñ"', '4 ', '5 "a ""quote"""'];

it('finds the same records for any split into chunks', () => {
  const bytes = Buffer.from(TEXT);
  const cut = fc.uniqueArray(fc.nat({ max: bytes.length })).map((at) => at.sort((a, b) => a - b));
  fc.assert(
    fc.property(cut, (cuts) => {
      const splitter = new RecordSplitter('file');
      const records: string[] = [];
      [0, ...cuts].forEach((start, i) => {
        // Overwrite the chunk after the call, as a growing file does with its buffer.
        const chunk = Buffer.from(bytes.subarray(start, cuts[i]));
        splitter.push(chunk, (all, from, to, line) =>
          records.push(`${line} ${all.toString('utf8', from, to)}`),
        );
        chunk.fill(0);
      });
      expect(records).toEqual(RECORDS);
      expect(splitter.rest.toString()).toBe('torn "é');
    }),
  );
});
