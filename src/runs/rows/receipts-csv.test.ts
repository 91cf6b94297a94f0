import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReceipts, type Receipt } from './receipts-csv.ts';

const HEADER =
  'run,group,thread,loop,request,sentAt,attempt,instance,arrived,started,finished,outcome,condition';
const receipt: Receipt = {
  identity: { run: 'mine', group: 1, thread: 2, loop: 3, request: 4 },
  sentAtMs: 999.25,
  attempt: 1,
  instance: 2,
  arrivedAtMs: 1_000,
  startedAtMs: 1_000.5,
  finishedAtMs: 1_020.12345,
  outcome: 'processed',
  condition: 'intact',
};
const ROW = 'mine,1,2,3,4,999.25,1,2,1000,1000.5,1020.123,processed,intact';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qbl-receipts-'));
  file = join(folder, 'receipts.csv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a receipt is in the file when write() resolves', async () => {
  const receipts = await openReceipts(file);
  await receipts.write(receipt);
  expect(await readFile(file, 'utf8')).toBe(`${HEADER}\n${ROW}\n`);
  await receipts.close();
});

test('writes many concurrent receipts completely and in order', async () => {
  const receipts = await openReceipts(file);
  const attempts = Array.from({ length: 2_000 }, (_, index) => index + 1);
  await Promise.all(attempts.map((attempt) => receipts.write({ ...receipt, attempt })));
  await receipts.close();
  const rows = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(1);
  expect(rows.map((row) => Number(row.split(',')[6]))).toEqual(attempts);
});

test('a second service continues on a new line after the incomplete row of a killed service', async () => {
  const first = await openReceipts(file);
  await first.write(receipt);
  await first.close();
  await appendFile(file, 'mine,1,2,3');
  const second = await openReceipts(file);
  await second.write(receipt);
  await second.close();
  expect(await readFile(file, 'utf8')).toBe(`${HEADER}\n${ROW}\nmine,1,2,3\n${ROW}\n`);
});

test('writes empty cells for a message without identity, or with one that would break the row', async () => {
  const receipts = await openReceipts(file);
  await receipts.write({ ...receipt, identity: null, sentAtMs: null });
  const outside = { run: 'a,b\n', group: 1, thread: 1, loop: 1, request: 1 };
  await receipts.write({ ...receipt, identity: outside, sentAtMs: 1e300 });
  await receipts.close();
  const empty = ',,,,,,1,2,1000,1000.5,1020.123,processed,intact';
  expect(await readFile(file, 'utf8')).toBe(`${HEADER}\n${empty}\n${empty}\n`);
});
