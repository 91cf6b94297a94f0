import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordSplitter } from './jtl-records.ts';

const TEXT = 'a,é\r\n"two\nlines","ñ"\n\n"a ""quote"""\r\ntorn "é';
const RECORDS = ['1 a,é', '2 "two\nlines","ñ"', '4 ', '5 "a ""quote"""'];

it('finds the same records wherever the bytes are cut', () => {
  const bytes = Buffer.from(TEXT);
  const cut = fc.uniqueArray(fc.nat({ max: bytes.length })).map((at) => at.sort((a, b) => a - b));
  fc.assert(
    fc.property(cut, (cuts) => {
      const splitter = new RecordSplitter('file');
      const records: string[] = [];
      [0, ...cuts].forEach((start, i) => {
        // A chunk is overwritten once it was taken, as that of a growing file is.
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
