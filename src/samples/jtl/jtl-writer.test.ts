import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { BufferedFile } from '../../files/buffered-file.ts';
import { jtlRow, openJtl } from './jtl-writer.ts';
import { HEADER, jtlFile, sample } from './testing/jtl-file.ts';

const file = jtlFile();
const { read, rowsOf } = file;

describe('openJtl', () => {
  it("writes JMeter's header and rows", async () => {
    const writer = await openJtl(file.path);
    writer.write(sample());
    writer.write(sample({ responseCode: '503', responseMessage: 'a, "b"', success: false }));
    await writer.close();
    expect(await readFile(file.path, 'utf8')).toBe(
      `${HEADER}\n` +
        '1700000000000,12,POST /send,200,OK,users 1-7,text,true,,180,350,10,20,http://localhost:3000/send,11,0,1,3\n' +
        '1700000000000,12,POST /send,503,"a, ""b""",users 1-7,text,false,,180,350,10,20,http://localhost:3000/send,11,0,1,3\n',
    );
  });

  it('writes the column outcome behind the loop if asked to, and reads it back', async () => {
    const writer = await openJtl(file.path, ['outcome']);
    writer.write(sample({ outcome: 'rejected' }));
    writer.write(sample({ outcome: 'acked', loop: 4 }));
    await writer.close();
    const [header, ...lines] = (await readFile(file.path, 'utf8')).split('\n');
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

  it('reads the column request only beside the column loop, because it may be a variable of the user', async () => {
    const columns = 'timeStamp,elapsed,label,responseCode,threadName';
    const requestIn = async (header: string, row: string) =>
      (await rowsOf(`${columns},${header}\n1,1,a,200,g 1-1,${row}\n`)).map(({ request }) => request);
    expect(await requestIn('loop,request', '1,7')).toEqual([7]);
    expect(await requestIn('request', '7')).toEqual([undefined]);
  });

  it('refuses to write to an existing file', async () => {
    await writeFile(file.path, 'mine');
    await expect(openJtl(file.path)).rejects.toMatchObject({ name: 'QblError', exitCode: 2 });
    expect(await readFile(file.path, 'utf8')).toBe('mine');
  });

  it('fails with exit code 4 when the folder is missing', async () => {
    await expect(openJtl(join(file.folder, 'none', 'samples.jtl'))).rejects.toMatchObject({ exitCode: 4 });
  });

  it('writes rows to the disk before it is closed', async () => {
    const writer = await openJtl(file.path);
    writer.write(sample());
    await vi.waitFor(async () => expect(await read()).toHaveLength(1), { timeout: 10_000 });
    await writer.close();
  });

  it('asks the caller to wait when rows come faster than the disk, and loses none', async () => {
    const writer = await openJtl(file.path);
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
    expect((await stat(file.path)).size).toBe(HEADER.length + 1 + 200 * jtlRow(big).length);
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
