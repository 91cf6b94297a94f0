import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { batchOf } from '../testing/batches.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { stampBatch } from './record-batch.ts';
import {
  BATCH_BYTES,
  contentOf,
  cutOff,
  filled,
  flipByte,
  killed,
  PAYLOADS,
  placedAt,
  repair,
  stopped,
} from './testing/ended-broker.ts';

afterEach(cleanUp);

describe.each([
  ['a clean stop', stopped],
  ['kill −9', killed],
  ['a power cut', cutOff],
])('after %s', (_, end) => {
  test('acknowledged messages are kept, and offsets continue', async () => {
    const { broker } = await end();
    await broker.start();
    const { payloads, highWatermark, client } = await contentOf(broker);
    expect([payloads, highWatermark]).toEqual([PAYLOADS, 6]);
    expect((await produceTo(client, 't', batchOf())).baseOffset).toBe(6);
    expect(broker.lines).toEqual([]);
  });

  test.each([
    ['the header of the first batch', 3],
    ['the length of the first batch', 10],
    ['the payload of the second batch', (BATCH_BYTES[0] ?? 0) + 62],
  ])(
    'a flipped bit in %s is an error that names file and byte; the log is not truncated',
    async (_name, position) => {
      const { broker, log } = await end();
      await flipByte(log, position);
      const damaged = await readFile(log);
      const start = position < 61 ? 0 : BATCH_BYTES[0];
      await expect(broker.start()).rejects.toMatchObject({
        code: 'data-damaged',
        message: expect.stringContaining(`${log} is damaged at byte ${start} of ${damaged.length}`),
      });
      expect(await readFile(log)).toEqual(damaged);
    },
  );

  test('a missing log is an error, not an empty partition', async () => {
    const { broker, log } = await end();
    await rm(log);
    await expect(broker.start()).rejects.toMatchObject({
      code: 'data-damaged',
      message: `${log} is missing.`,
    });
    await expect(stat(log)).rejects.toThrow('ENOENT');
    expect(await repair(broker)).toEqual([`${log} is missing: an empty log was created`]);
  });

  test('repair cuts the damage off and keeps it in a separate file; then the broker starts', async () => {
    const { broker, log } = await end();
    await flipByte(log, (BATCH_BYTES[0] ?? 0) + 62);
    const damaged = await readFile(log);
    const [line = ''] = await repair(broker);
    const kept = `${log}.cut-at-${BATCH_BYTES[0]}`;
    expect(line).toContain(kept);
    expect(await readFile(kept)).toEqual(damaged.subarray(BATCH_BYTES[0]));
    await broker.start();
    expect((await contentOf(broker)).payloads).toEqual(['one']);
    expect(await repairedAgain(broker)).toEqual([]);
  });
});

async function repairedAgain(broker: TestBroker): Promise<string[]> {
  await broker.stop();
  return repair(broker);
}

describe('after a clean stop', () => {
  test.each([
    ['garbage', Buffer.from('garbage at the end')],
    ['half a batch', batchOf({ payload: Buffer.alloc(100) }).subarray(0, 90)],
    ['a complete batch with the next offset', placedAt(6)],
  ])('%s after the last batch is an error', async (_, tail) => {
    const { broker, log } = await stopped();
    await appendFile(log, tail);
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
  });

  test.each([1, BATCH_BYTES[2] ?? 0])('a log that is %i bytes too short is an error', async (missing) => {
    const { broker, log } = await stopped();
    await truncate(log, (await stat(log)).size - missing);
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
    await repair(broker);
    await broker.start();
    expect((await contentOf(broker)).payloads).toEqual(['one', 'two']);
  });
});

describe('after kill −9', () => {
  test.each([
    ['half a batch', placedAt(6).subarray(0, 64)],
    ['half a header', placedAt(6).subarray(0, 9)],
  ])('%s at the end is cut off and kept in a separate file, and a log line reports it', async (_, tail) => {
    const { broker, log } = await killed();
    const { size } = await stat(log);
    await appendFile(log, tail);
    await broker.start();
    expect((await stat(log)).size).toBe(size);
    expect(await readFile(`${log}.cut-at-${size}`)).toEqual(tail);
    expect(broker.lines).toEqual([expect.stringContaining(`t-0: removed ${tail.length} bytes`)]);
    const { payloads, client } = await contentOf(broker);
    expect(payloads).toEqual(PAYLOADS);
    expect((await produceTo(client, 't', batchOf())).baseOffset).toBe(6);
  });

  test.each([
    ['a wrong checksum in the last batch', async (log: string) => flipByte(log, (await stat(log)).size - 1)],
    ['zeros', (log: string) => appendFile(log, Buffer.alloc(4_096))],
    ['a complete batch with a later offset', (log: string) => appendFile(log, placedAt(100))],
    [
      'an incomplete batch before a complete one',
      (log: string) => appendFile(log, Buffer.concat([placedAt(6).subarray(0, 64), placedAt(7)])),
    ],
  ])('%s is an error, because a killed process cannot leave it', async (_, damage) => {
    const { broker, log } = await killed();
    await damage(log);
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
  });

  test('a log that is shorter than at the last start is an error', async () => {
    const broker = await filled();
    await broker.restart();
    const copy = await broker.killedCopy();
    const [log = ''] = await copy.logFiles();
    await truncate(log, BATCH_BYTES[0]);
    await expect(copy.start()).rejects.toMatchObject({ code: 'data-damaged' });
  });
});

test.each([
  ['zeros', Buffer.alloc(4_096)],
  ['a batch with a wrong checksum', Buffer.concat([placedAt(6).subarray(0, 66), Buffer.from('X')])],
])('after a power cut, %s at the end is cut off and kept in a separate file', async (_, tail) => {
  const { broker, log } = await cutOff();
  const { size } = await stat(log);
  await appendFile(log, tail);
  await broker.start();
  expect(await readFile(`${log}.cut-at-${size}`)).toEqual(tail);
  expect((await contentOf(broker)).payloads).toEqual(PAYLOADS);
});

test('for any changed byte, a log is refused, or every byte is kept in the log or in a separate file', async () => {
  const { broker, log } = await killed();
  const intact = await readFile(log);
  const change = fc.record({
    at: fc.nat({ max: intact.length - 1 }),
    mask: fc.integer({ min: 1, max: 255 }),
    cut: fc.option(fc.nat({ max: intact.length })),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, mask, cut }) => {
      const bytes = Buffer.from(intact);
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      const present = bytes.subarray(0, cut ?? bytes.length);
      await writeFile(log, present);
      try {
        await broker.start();
      } catch (error) {
        expect(error).toMatchObject({ code: 'data-damaged' });
        expect(await readFile(log)).toEqual(Buffer.from(present));
        return;
      }
      await broker.stop();
      const left = await readFile(log);
      const kept =
        left.length < present.length ? await readFile(`${log}.cut-at-${left.length}`) : Buffer.alloc(0);
      await rm(`${log}.cut-at-${left.length}`, { force: true });
      expect(Buffer.concat([left, kept])).toEqual(Buffer.from(present));
      await rm(join(broker.dataDirectory, 'state.json'));
    }),
    { numRuns: 60 },
  );
});

test('repair verifies the checksums of the whole log; a start verifies only those near its end', async () => {
  const { broker, log } = await cutOff();
  const batch = batchOf({ payload: Buffer.alloc(30 * 2 ** 20) });
  for (let offset = 6; offset < 12; offset++) {
    stampBatch(batch, offset, Date.now());
    await appendFile(log, batch);
  }
  await flipByte(log, 62);
  await broker.restart();
  await broker.stop();
  expect(await repair(broker)).toEqual([expect.stringContaining(`${log} is damaged at byte 0`)]);
}, 60_000);

test('append times never decrease, not even after a restart', async () => {
  const { broker } = await stopped();
  await broker.start();
  const { client } = await contentOf(broker);
  await produceTo(client, 't', batchOf());
  const { records } = await fetchFrom(client, 't');
  const times: bigint[] = [];
  for (
    let rest = Buffer.from(records ?? []);
    rest.length > 0;
    rest = rest.subarray(12 + rest.readInt32BE(8))
  ) {
    times.push(rest.readBigInt64BE(35));
  }
  expect(times).toHaveLength(4);
  expect(times).toEqual([...times].sort((one, other) => Number(one - other)));
});

test('without fsync, all except a power cut works the same', async () => {
  const broker = await TestBroker.start({ fsync: 'never', partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('kept') }));
  await broker.restart();
  expect((await contentOf(broker)).payloads).toEqual(['kept']);
});
