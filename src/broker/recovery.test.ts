import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { stampBatch } from './log/record-batch.ts';
import { batchOf, payloadsOf } from './testing/batches.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from './testing/test-broker.ts';

afterEach(cleanUp);

/** Three batches in the only partition, the broker stopped. */
async function stopped() {
  const broker = await TestBroker.start({ partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  for (const payload of ['one', 'two', 'three']) {
    await produceTo(client, 't', batchOf({ payload: Buffer.from(payload), count: 2 }));
  }
  await broker.stop();
  const [log = ''] = await broker.logFiles();
  return { broker, log };
}

function placedAt(baseOffset: number): Buffer {
  const batch = batchOf();
  stampBatch(batch, baseOffset, Date.now());
  return batch;
}

async function contentOf(broker: TestBroker) {
  const client = await broker.client();
  const { records, highWatermark } = await fetchFrom(client, 't');
  return { payloads: payloadsOf(records), highWatermark, client };
}

test('what was acked is there after a restart, and offsets go on', async () => {
  const { broker } = await stopped();
  await broker.start();
  const { payloads, highWatermark, client } = await contentOf(broker);
  expect([payloads, highWatermark]).toEqual([['one', 'two', 'three'], 6]);
  expect((await produceTo(client, 't', batchOf())).baseOffset).toBe(6);
  expect(broker.lines).toEqual([]);
});

test.each([
  ['garbage', Buffer.from('garbage at the end')],
  ['zeros', Buffer.alloc(4_096)],
  ['half a batch', batchOf({ payload: Buffer.alloc(100) }).subarray(0, 90)],
  ['a whole batch of an earlier place', batchOf()],
  ['a whole batch of a later place', placedAt(100)],
])('%s after the last batch is cut off, and a line says so', async (_, tail) => {
  const { broker, log } = await stopped();
  const { size } = await stat(log);
  await appendFile(log, tail);
  await broker.start();
  expect((await stat(log)).size).toBe(size);
  expect(broker.lines).toEqual([expect.stringContaining(`t-0: cut ${tail.length} bytes`)]);
  const { payloads, client } = await contentOf(broker);
  expect(payloads).toEqual(['one', 'two', 'three']);
  expect((await produceTo(client, 't', batchOf())).baseOffset).toBe(6);
});

test.each([1, 60, 65])('a last batch that lacks %i bytes is cut off', async (missing) => {
  const { broker, log } = await stopped();
  await truncate(log, (await stat(log)).size - missing);
  await broker.start();
  expect((await contentOf(broker)).payloads).toEqual(['one', 'two']);
  expect(broker.lines).toHaveLength(1);
});

test('a last batch whose bytes do not match its checksum is cut off', async () => {
  const { broker, log } = await stopped();
  const bytes = await readFile(log);
  bytes[bytes.length - 1] = 0;
  await writeFile(log, bytes);
  await broker.start();
  expect((await contentOf(broker)).payloads).toEqual(['one', 'two']);
});

test('append times never go back, also not over a restart', async () => {
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

test('without fsync everything is the same but for the power cut', async () => {
  const broker = await TestBroker.start({ fsync: 'never', partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('kept') }));
  await broker.restart();
  expect((await contentOf(broker)).payloads).toEqual(['kept']);
});
