import { afterEach, describe, expect, test } from 'vitest';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { cleanUp, eventually, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { fetch, listOffsets } from '../wire/apis/records.ts';
import { ERRORS } from '../wire/errors.ts';

afterEach(cleanUp);

const LONG_MS = 60_000;

async function start() {
  const broker = await TestBroker.start({ partitions: 1 });
  const [reader, writer] = [await broker.client(), await broker.client()];
  await touchTopic(writer, 't');
  return { broker, reader, writer };
}

function named(payload: string): Buffer {
  return batchOf({ payload: Buffer.from(payload) });
}

describe('long polling with fetch', () => {
  test('an append answers a waiting fetch', async () => {
    const { reader, writer } = await start();
    const fetched = fetchFrom(reader, 't', { maxWaitMs: LONG_MS });
    await produceTo(writer, 't', named('news'));
    expect(payloadsOf((await fetched).records)).toEqual(['news']);
  });

  test('a fetch waits until there are minBytes', async () => {
    const { reader, writer } = await start();
    const fetched = fetchFrom(reader, 't', { maxWaitMs: LONG_MS, minBytes: 150 });
    await produceTo(writer, 't', named('one'));
    await produceTo(writer, 't', named('two'));
    await produceTo(writer, 't', named('three'));
    expect(payloadsOf((await fetched).records).slice(0, 3)).toEqual(['one', 'two', 'three']);
  });

  test('a fetch without new messages is answered empty after its time', async () => {
    const { reader } = await start();
    const { errorCode, records } = await fetchFrom(reader, 't', { maxWaitMs: 50 });
    expect([errorCode, records?.length]).toEqual([ERRORS.NONE, 0]);
  });

  test('an error is answered at once', async () => {
    const { reader } = await start();
    const { errorCode } = await fetchFrom(reader, 'missing', { maxWaitMs: LONG_MS });
    expect(errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  });

  test('deleting the topic answers a waiting fetch', async () => {
    const { broker, reader, writer } = await start();
    const fetched = fetchFrom(reader, 't', { maxWaitMs: LONG_MS });
    await produceTo(writer, 't', batchOf(), 99);
    const admin = broker.kafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: ['t'] });
    await admin.disconnect();
    expect((await fetched).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  });

  test('a waiting fetch ends when the broker closes', async () => {
    const { broker, reader } = await start();
    const fetched = fetchFrom(reader, 't', { maxWaitMs: LONG_MS });
    await produceTo(await broker.client(), 't', batchOf(), 99);
    await broker.stop();
    expect((await fetched).records?.length).toBe(0);
  });
});

describe('sizes of fetch answers', () => {
  test('the first batch is sent whole even if it exceeds the requested size', async () => {
    const { reader, writer } = await start();
    await produceTo(writer, 't', named('x'.repeat(5_000)));
    const { records } = await fetchFrom(reader, 't', { maxBytes: 10 });
    expect(payloadsOf(records)).toEqual(['x'.repeat(5_000)]);
  });

  test('a batch is never sent in part; the next fetch continues after the last one', async () => {
    const { reader, writer } = await start();
    for (const payload of ['a', 'b', 'c']) await produceTo(writer, 't', named(payload.repeat(100)));
    const { records } = await fetchFrom(reader, 't', { maxBytes: 400 });
    expect(payloadsOf(records).map((payload) => payload[0])).toEqual(['a', 'b']);
    const rest = await fetchFrom(reader, 't', { offset: 2, maxBytes: 400 });
    expect(payloadsOf(rest.records).map((payload) => payload[0])).toEqual(['c']);
  });

  test('an offset inside a batch returns that batch', async () => {
    const { reader, writer } = await start();
    await produceTo(writer, 't', batchOf({ count: 10, payload: Buffer.from('ten records') }));
    await produceTo(writer, 't', named('next'));
    expect(payloadsOf((await fetchFrom(reader, 't', { offset: 7 })).records)).toEqual([
      'ten records',
      'next',
    ]);
  });

  test('every offset in a log of many batches is found', async () => {
    const { reader, writer } = await start();
    const count = 300;
    const payload = 'y'.repeat(1_000);
    await Promise.all(
      Array.from({ length: count }, (_, index) => produceTo(writer, 't', named(`${index}:${payload}`))),
    );
    for (let offset = count - 1; offset >= 0; offset -= 7) {
      const { records } = await fetchFrom(reader, 't', { offset, maxBytes: 1 });
      expect(payloadsOf(records)[0]).toBe(`${offset}:${payload}`);
    }
  });
});

test('an offset outside the log is out of range, but the end offset is not', async () => {
  const { reader, writer } = await start();
  await produceTo(writer, 't', batchOf());
  expect((await fetchFrom(reader, 't', { offset: 2 })).errorCode).toBe(ERRORS.OFFSET_OUT_OF_RANGE);
  expect((await fetchFrom(reader, 't', { offset: -1 })).errorCode).toBe(ERRORS.OFFSET_OUT_OF_RANGE);
  expect((await fetchFrom(reader, 't', { offset: 1 })).errorCode).toBe(ERRORS.NONE);
});

test('the last stable offset is the committed end', async () => {
  const { reader, writer } = await start();
  await produceTo(writer, 't', named('read'));
  const fetched = await fetchFrom(reader, 't', { isolationLevel: 1 });
  expect(payloadsOf(fetched.records)).toEqual(['read']);
  expect(fetched.lastStableOffset).toBe(fetched.highWatermark);
});

test('the broker starts no fetch session and knows none', async () => {
  const { reader } = await start();
  const body = { replicaId: -1, maxWaitMs: 0, minBytes: 0, maxBytes: 1, isolationLevel: 0, topics: [] };
  expect((await reader.request(fetch, 11, { ...body, sessionId: 0, sessionEpoch: 0 })).sessionId).toBe(0);
  const { errorCode } = await reader.request(fetch, 11, { ...body, sessionId: 5, sessionEpoch: 1 });
  expect(errorCode).toBe(ERRORS.FETCH_SESSION_ID_NOT_FOUND);
});

test('offsets are found by time', async () => {
  const { broker, reader, writer } = await start();
  const times: number[] = [];
  for (let index = 0; index < 3; index++) {
    const { logAppendTimeMs = 0 } = await produceTo(writer, 't', batchOf({ count: 2 }));
    times.push(logAppendTimeMs);
    await eventually(() => Date.now() > logAppendTimeMs + 1);
  }
  const find = async (timestamp: number) => {
    const { topics } = await reader.request(listOffsets, 5, {
      replicaId: -1,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
    });
    const partition = topics[0]?.partitions[0];
    return [partition?.errorCode, partition?.offset, partition?.timestamp];
  };
  const [first = 0, second = 0, third = 0] = times;
  expect(await find(-2)).toEqual([0, 0, -1]);
  expect(await find(-1)).toEqual([0, 6, -1]);
  expect(await find(0)).toEqual([0, 0, first]);
  expect(await find(second)).toEqual([0, 2, second]);
  expect(await find(second + 1)).toEqual([0, 4, third]);
  expect(await find(third + 1)).toEqual([0, -1, -1]);
  await broker.restart();
  const admin = broker.kafka().admin();
  await admin.connect();
  expect(await admin.fetchTopicOffsetsByTimestamp('t', third)).toEqual([{ partition: 0, offset: '4' }]);
  await admin.disconnect();
});
