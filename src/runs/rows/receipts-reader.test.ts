import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { openReceipts, RECEIPT_OUTCOMES, RECEIPTS_HEADER, type Receipt } from './receipts-csv.ts';
import { type ReceiptRow, readReceipts } from './receipts-reader.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receipts-'));
  file = join(folder, 'receipts.csv');
});
afterEach(() => rm(folder, { recursive: true }));

const identities = fc.record({
  run: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  group: fc.integer({ min: 1, max: 100 }),
  thread: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  loop: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  request: fc.integer({ min: 1, max: 100 }),
});
const time = fc.integer({ min: 0, max: 2e15 }).map((n) => n / 1000);
const receipts: fc.Arbitrary<Receipt> = fc.record({
  identity: fc.option(identities),
  sentAtMs: fc.option(time),
  attempt: fc.integer({ min: 1, max: 9 }),
  instance: fc.integer({ min: 1, max: 9 }),
  arrivedAtMs: time,
  startedAtMs: time,
  finishedAtMs: time,
  outcome: fc.constantFrom(...RECEIPT_OUTCOMES),
  condition: fc.constantFrom<ReceivedCondition>('intact', 'unproven', 'foreign'),
});

async function read(path = file): Promise<{ rows: ReceiptRow[]; torn: number }> {
  const rows: ReceiptRow[] = [];
  let torn = 0;
  for await (const chunk of readReceipts(path, () => torn++)) rows.push(...chunk);
  return { rows, torn };
}

/**
 * Writes receipts as a service does. Then cuts bytes from the end of the file, as if the service had been killed during
 * a write.
 */
async function work(rows: readonly Receipt[], killedBefore: number): Promise<void> {
  const writer = await openReceipts(file);
  await Promise.all(rows.map((row) => writer.write(row)));
  await writer.close();
  const { length } = await readFile(file);
  await truncate(file, Math.max(0, length - killedBefore));
}

const rowOf = (receipt: Receipt): ReceiptRow => {
  const { identity, sentAtMs, startedAtMs, finishedAtMs, outcome, condition } = receipt;
  return { identity, sentAtMs, startedAtMs, finishedAtMs, outcome, condition };
};
const one: Receipt = {
  identity: { run: 'r', group: 1, thread: 2, loop: 3, request: 1 },
  sentAtMs: 1.5,
  attempt: 1,
  instance: 1,
  arrivedAtMs: 1,
  startedAtMs: 2.5,
  finishedAtMs: 3,
  outcome: 'processed',
  condition: 'intact',
};

describe('readReceipts', () => {
  it('reads back the receipts of several services in the order of writing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(receipts, { maxLength: 20 }), { maxLength: 4 }),
        async (services) => {
          for (const rows of services) await work(rows, 0);
          expect(await read()).toEqual({ rows: services.flat().map(rowOf), torn: 0 });
          await rm(file, { force: true });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('skips only the incomplete rows of killed services, anywhere in the file', async () => {
    const services = fc.array(fc.tuple(fc.array(receipts, { minLength: 1, maxLength: 3 }), fc.nat(200)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(services, async (all) => {
        const written = new Map<string, ReceiptRow>();
        for (const [rows, killedBefore] of all) {
          await work(rows, 0);
          const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-rows.length);
          for (const [i, row] of rows.entries()) written.set(lines[i] ?? '', rowOf(row));
          const { length } = await readFile(file);
          await truncate(file, Math.max(0, length - killedBefore));
        }
        const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
        const isWhole = (line: string, i: number) => (i === 0 ? line === RECEIPTS_HEADER : written.has(line));
        const rows = lines.slice(1).flatMap((line) => written.get(line) ?? []);
        expect(await read()).toEqual({ rows, torn: lines.filter((line, i) => !isWhole(line, i)).length });
        await rm(file);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the first receipts of a file that is cut at any byte', async () => {
    await work([one, { ...one, identity: null }, { ...one, outcome: 'dead-lettered' }], 0);
    const whole = await readFile(file);
    const all = (await read()).rows;
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      const { rows, torn } = await read();
      expect(rows).toEqual(all.slice(0, rows.length));
      expect(torn).toBeLessThanOrEqual(1);
    }
  });

  it('reads no receipts if the file is missing', async () => {
    expect(await read(join(folder, 'none.csv'))).toEqual({ rows: [], torn: 0 });
  });

  it.each([
    ['a samples file', 'timeStamp,elapsed\n1,2\n', /is not a receipts file/],
    ['another text', 'hello', /is not a receipts file/],
  ])('refuses a file that is %s', async (_, text, message) => {
    await writeFile(file, text);
    await expect(read()).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
  });

  it.each([
    'r,1,2,3,1,9.5,1,1,1,2,3,processed,intact,more',
    'r,1,2,3,1,1,1,1,2,3,eaten,intact',
    'r,1,2,3,1,9.5,1,1,1,2,3,processed,broken',
    'r,1,x,3,1,9.5,1,1,1,2,3,processed,intact',
    'r,1,2,3,1,x,1,1,1,2,3,processed,intact',
    'r,1,,3,1,9.5,1,1,1,2,3,processed,intact',
    'r,0,2,3,1,9.5,1,1,1,2,3,processed,intact',
    'r,1,2,3,1,1,1,1,-',
    '\0\0\0',
  ])('refuses a row that is not the beginning of a receipt: %j', async (row) => {
    await writeFile(file, `${RECEIPTS_HEADER}\n${row}\n`);
    await expect(read()).rejects.toMatchObject({
      exitCode: 2,
      message: `${file}:2: the row is not a receipt of qbl consume`,
    });
  });
});
