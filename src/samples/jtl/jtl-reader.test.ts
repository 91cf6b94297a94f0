import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { jtlRow } from './jtl-writer.ts';
import { HEADER, jtlFile, sample } from './testing/jtl-file.ts';

const file = jtlFile();
const { read, rowsOf } = file;

describe('readJtl', () => {
  it('reads back every text that was written', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ';', '\t', '|', 'é', ' ') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, fc.nat())), async (fields) => {
        const samples = fields.map(([label, responseMessage, loop]) =>
          sample({ label, responseMessage, loop }),
        );
        const rows = await rowsOf(`${HEADER}\n${samples.map(jtlRow).join('')}`);
        expect(rows.map(({ label, responseMessage, loop }) => [label, responseMessage, loop])).toEqual(
          fields,
        );
      }),
    );
  });

  it('finds columns by name, in any order, with any supported delimiter, after a byte order mark', async () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      const lines = [
        ['more', 'threadName', 'label', 'responseCode', 'elapsed', 'timeStamp', 'Latency'],
        ['x', 'users 1-2', 'send', '302', '5', '1700000000000', '4'],
      ];
      const rows = await rowsOf(`\uFEFF${lines.map((line) => `${line.join(delimiter)}\r\n`).join('')}`);
      expect(rows).toEqual([
        {
          timeStampMs: 1_700_000_000_000,
          elapsedMs: 5,
          label: 'send',
          responseCode: '302',
          responseMessage: '',
          threadName: 'users 1-2',
          success: true,
          failureMessage: '',
          bytes: 0,
          sentBytes: 0,
          latencyMs: 4,
          connectMs: 0,
          loop: null,
        },
      ]);
    }
  });

  it('keeps the order of the file when chunks split rows and characters', async () => {
    const samples = Array.from({ length: 20_000 }, (_, at) =>
      sample({ label: `é${'ü'.repeat(at % 7)}`, timeStampMs: 20_000 - at, loop: at }),
    );
    const rows = await rowsOf(`${HEADER}\n${samples.map(jtlRow).join('')}`);
    expect(rows.map(({ loop, label }) => [loop, label])).toEqual(
      samples.map(({ loop, label }) => [loop, label]),
    );
  });

  it('reports an incomplete last line, cut at any byte, and keeps the rows before it', async () => {
    const row = jtlRow(sample({ loop: 12, responseMessage: 'a "torn"\nline' }));
    for (let length = 1; length < row.length; length += 1) {
      let torn = false;
      const onTorn = (): void => {
        torn = true;
      };
      const rows = await rowsOf(`${HEADER}\n${row}${row.slice(0, length)}`, { onTorn });
      expect([rows.length, torn]).toEqual([1, true]);
    }
  });

  it('reports no incomplete line in a complete file', async () => {
    const onTorn = vi.fn();
    await rowsOf(`${HEADER}\n${jtlRow(sample())}`, { onTorn });
    await rowsOf(HEADER, { onTorn });
    expect(onTorn).not.toHaveBeenCalled();
  });

  it('names the required columns that are missing', async () => {
    await expect(rowsOf('timeStamp,label,responseCode\n1,2,3\n')).rejects.toMatchObject({
      name: 'QblError',
      exitCode: 2,
      message: `${file.path} has no column elapsed, threadName`,
    });
    await expect(rowsOf('')).rejects.toMatchObject({ exitCode: 2 });
    await expect(rowsOf(`${HEADER}\r1,2,3\r`)).rejects.toMatchObject({
      exitCode: 2,
      message: `${file.path} has lines that end with a carriage return only`,
    });
    await expect(rowsOf('<?xml version="1.0"?>\n<testResults/>\n')).rejects.toMatchObject({ exitCode: 2 });
  });

  it('reads whole numbers in any notation', async () => {
    const row = jtlRow(sample()).replace('1700000000000', '1.7e12').replace(',12,', ', 12.0,');
    expect(await rowsOf(`${HEADER}\n${row}`)).toMatchObject([
      { timeStampMs: 1_700_000_000_000, elapsedMs: 12 },
    ]);
    await expect(rowsOf(`${HEADER}\n${row.replace(' 12.0', '-12')}`)).rejects.toThrow("'-12' is not a whole");
  });

  it.each([
    ['microseconds', '1700000000000000', '12'],
    ['a time after the year 9999', '9007199254740991', '12'],
    ['an elapsed time that ends after the year 9999', '1700000000000', '9007199254740991'],
  ])('refuses %s, because times are milliseconds', async (_, timeStamp, elapsed) => {
    const row = jtlRow(sample()).replace('1700000000000,12,', `${timeStamp},${elapsed},`);
    await expect(rowsOf(`${HEADER}\n${row}`)).rejects.toMatchObject({
      exitCode: 2,
      message: `${file.path}:2: timeStamp "${timeStamp}" and elapsed "${elapsed}" end after the year 9999: expected milliseconds since 1970`,
    });
  });

  it('names the file and line of an invalid row', async () => {
    const quoted = jtlRow(sample({ label: 'two\nlines' }));
    const bad = jtlRow(sample()).replace('1700000000000', '2023/11/14');
    await expect(rowsOf(`${HEADER}\n${quoted}${bad}`)).rejects.toThrow(
      `${file.path}:4: '2023/11/14' is not a whole`,
    );
    await expect(rowsOf(`${HEADER}\n1,2,3\n`)).rejects.toThrow(
      `${file.path}:2: this row has 3 columns, but the header has 18`,
    );
  });

  it('stops at a quote that is never closed, and does not read the whole file into memory', async () => {
    const bad = jtlRow(sample()).replace('OK', '"OK');
    const rows = jtlRow(sample()).repeat(20_000);
    await expect(rowsOf(`${HEADER}\n${bad}${rows}`)).rejects.toThrow(
      `${file.path}:2: the row is longer than`,
    );
  });

  it('fails when the file is missing', async () => {
    await expect(read()).rejects.toMatchObject({ name: 'QblError', exitCode: 2 });
  });
});
