import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BufferedFile } from '../../files/buffered-file.ts';
import type { Sample } from '../sample.ts';
import type { ReadJtlOptions, SampleRow } from './jtl-reader.ts';
import { readJtl } from './jtl-reader.ts';
import { jtlRow, openJtl } from './jtl-writer.ts';

const HEADER =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,' +
  'sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect,"loop"';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-jtl-'));
  path = join(folder, 'samples.jtl');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function sample(changes: Partial<Sample> = {}): Sample {
  return {
    timeStampMs: 1_700_000_000_000,
    elapsedMs: 12,
    label: 'POST /send',
    responseCode: '200',
    responseMessage: 'OK',
    threadName: 'users 1-7',
    success: true,
    failureMessage: '',
    bytes: 180,
    sentBytes: 350,
    grpThreads: 10,
    allThreads: 20,
    url: 'http://localhost:3000/send',
    latencyMs: 11,
    idleTimeMs: 0,
    connectMs: 1,
    loop: 3,
    ...changes,
  };
}

async function rowsOf(text: string | Uint8Array, options?: ReadJtlOptions): Promise<SampleRow[]> {
  await writeFile(path, text);
  return read(options);
}

async function read(options?: ReadJtlOptions): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for await (const chunk of readJtl(path, options)) rows.push(...chunk);
  return rows;
}

describe('openJtl', () => {
  it("writes JMeter's header and rows", async () => {
    const writer = await openJtl(path);
    writer.write(sample());
    writer.write(sample({ responseCode: '503', responseMessage: 'a, "b"', success: false }));
    await writer.close();
    expect(await readFile(path, 'utf8')).toBe(
      `${HEADER}\n` +
        '1700000000000,12,POST /send,200,OK,users 1-7,text,true,,180,350,10,20,http://localhost:3000/send,11,0,1,3\n' +
        '1700000000000,12,POST /send,503,"a, ""b""",users 1-7,text,false,,180,350,10,20,http://localhost:3000/send,11,0,1,3\n',
    );
  });

  it('writes the column outcome behind the loop if asked to, and reads it back', async () => {
    const writer = await openJtl(path, ['outcome']);
    writer.write(sample({ outcome: 'rejected' }));
    writer.write(sample({ outcome: 'acked', loop: 4 }));
    await writer.close();
    const [header, ...lines] = (await readFile(path, 'utf8')).split('\n');
    expect(header).toBe(`${HEADER},"outcome"`);
    expect(lines).toEqual([
      expect.stringMatching(/,11,0,1,3,rejected$/),
      expect.stringMatching(/,11,0,1,4,acked$/),
      '',
    ]);
    expect((await read()).map(({ loop, outcome }) => [loop, outcome])).toEqual([
      [3, 'rejected'],
      [4, 'acked'],
    ]);
  });

  it('reads an outcome in any place, and reports any other word as unreadable', async () => {
    const header = 'timeStamp,elapsed,outcome,label,responseCode,threadName';
    const words = ['acked', 'rejected', 'indeterminate', 'Acked', '', 'null', 'unreadable'];
    const rows = await rowsOf([header, ...words.map((word) => `1,1,${word},a,200,g 1-1`), ''].join('\n'));
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      ...words.slice(0, 3),
      ...words.slice(3).map(() => 'unreadable'),
    ]);
    expect(await rowsOf(`${header.replace('outcome', 'other')}\n1,1,acked,a,200,g 1-1\n`)).toEqual([
      expect.not.objectContaining({ outcome: expect.anything() }),
    ]);
  });

  it('refuses to write to an existing file', async () => {
    await writeFile(path, 'mine');
    await expect(openJtl(path)).rejects.toMatchObject({ name: 'QblError', exitCode: 2 });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('fails with exit code 4 when the folder is missing', async () => {
    await expect(openJtl(join(folder, 'none', 'samples.jtl'))).rejects.toMatchObject({ exitCode: 4 });
  });

  it('writes rows to the disk before it is closed', async () => {
    const writer = await openJtl(path);
    writer.write(sample());
    await vi.waitFor(async () => expect(await read()).toHaveLength(1), { timeout: 10_000 });
    await writer.close();
  });

  it('asks the caller to wait when rows come faster than the disk, and loses none', async () => {
    const writer = await openJtl(path);
    const big = sample({ failureMessage: 'x'.repeat(100_000) });
    let waits = 0;
    for (let count = 0; count < 200; count += 1) {
      if (writer.write(big)) continue;
      waits += 1;
      await writer.drained();
    }
    await writer.close();
    expect(waits).toBeGreaterThan(0);
    expect(await read()).toHaveLength(200);
    expect((await stat(path)).size).toBe(HEADER.length + 1 + 200 * jtlRow(big).length);
  });

  it.skipIf(process.platform !== 'linux')('reports a full disk', async () => {
    const { JtlWriter } = await import('./jtl-writer.ts');
    const { open } = await import('node:fs/promises');
    const writer = new JtlWriter(new BufferedFile(await open('/dev/full', 'w'), '/dev/full'));
    writer.write(sample());
    await expect(writer.close()).rejects.toMatchObject({ name: 'QblError', exitCode: 4 });
    expect(writer.write(sample())).toBe(false);
    await expect(writer.drained()).rejects.toMatchObject({ exitCode: 4 });
  });
});

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
      message: `${path} has no column elapsed, threadName`,
    });
    await expect(rowsOf('')).rejects.toMatchObject({ exitCode: 2 });
    await expect(rowsOf(`${HEADER}\r1,2,3\r`)).rejects.toMatchObject({
      exitCode: 2,
      message: `${path} has lines that end with a carriage return only`,
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
      message: `${path}:2: timeStamp "${timeStamp}" and elapsed "${elapsed}" end after the year 9999: expected milliseconds since 1970`,
    });
  });

  it('names the file and line of an invalid row', async () => {
    const quoted = jtlRow(sample({ label: 'two\nlines' }));
    const bad = jtlRow(sample()).replace('1700000000000', '2023/11/14');
    await expect(rowsOf(`${HEADER}\n${quoted}${bad}`)).rejects.toThrow(
      `${path}:4: '2023/11/14' is not a whole`,
    );
    await expect(rowsOf(`${HEADER}\n1,2,3\n`)).rejects.toThrow(
      `${path}:2: this row has 3 columns, but the header has 18`,
    );
  });

  it('stops at a quote that is never closed, and does not read the whole file into memory', async () => {
    const bad = jtlRow(sample()).replace('OK', '"OK');
    const rows = jtlRow(sample()).repeat(20_000);
    await expect(rowsOf(`${HEADER}\n${bad}${rows}`)).rejects.toThrow(`${path}:2: the row is longer than`);
  });

  it('fails when the file is missing', async () => {
    await expect(read()).rejects.toMatchObject({ name: 'QblError', exitCode: 2 });
  });
});
