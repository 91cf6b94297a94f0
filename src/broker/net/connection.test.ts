import { afterEach, describe, expect, test } from 'vitest';
import { MAX_FRAME_BYTES, MAX_PIPELINED_REQUESTS } from '../limits.ts';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { frameOf } from '../testing/raw-client.ts';
import { cleanUp, eventually, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { apiVersions, metadata } from '../wire/apis/cluster.ts';
import { fetch } from '../wire/apis/records.ts';
import { ERRORS } from '../wire/errors.ts';
import { WireReader } from '../wire/reader.ts';

afterEach(cleanUp);

const FETCH = 1;
const METADATA = 3;
const SASL_HANDSHAKE = 17;

function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(length);
  return prefix;
}

describe('a protocol error closes that connection with one log line, and does not affect other clients', () => {
  test.each([
    ['a length of 2 GB', lengthPrefix(2 ** 31 - 1)],
    ['one byte above the limit', lengthPrefix(MAX_FRAME_BYTES + 1)],
    ['a negative length', lengthPrefix(-1)],
    ['an empty request', lengthPrefix(0)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['an API that the broker does not offer', frameOf(SASL_HANDSHAKE, 0, 1)],
    ['an API that does not exist', frameOf(999, 0, 1)],
    ['a version too high', frameOf(METADATA, 99, 1)],
    ['a version too low', frameOf(FETCH, 0, 1)],
    ['a negative version', frameOf(METADATA, -1, 1)],
    ['a request without a body', frameOf(METADATA, 8, 1)],
    ['an array of 2^31 items', frameOf(METADATA, 8, 1, (writer) => writer.int32(2 ** 31 - 1))],
    ['control characters', Buffer.concat([lengthPrefix(11), Buffer.from('\x1b[31m\r\n\x07\0\0\0')])],
  ])('%s', async (_, bytes) => {
    const broker = await TestBroker.start();
    const [honest, hostile] = [await broker.client(), await broker.client()];
    await touchTopic(honest, 't');
    hostile.write(bytes);
    await hostile.closed;
    expect((await produceTo(honest, 't', batchOf())).errorCode).toBe(ERRORS.NONE);
    await eventually(() => broker.lines.length > 0);
    expect(broker.lines).toHaveLength(1);
    expect(broker.lines[0]).toMatch(/^connection of 127\.0\.0\.1:\d+ ended: the client [\x20-\x7e]+$/);
  });

  test('half a request', async () => {
    const broker = await TestBroker.start();
    const [honest, hostile] = [await broker.client(), await broker.client()];
    hostile.write(frameOf(METADATA, 8, 1).subarray(0, 9));
    hostile.end();
    await hostile.closed;
    expect(await touchTopic(honest, 't')).toBe(ERRORS.NONE);
    await eventually(() => broker.lines.length === 1);
  });

  test('random bytes, many times', async () => {
    const broker = await TestBroker.start();
    const honest = await broker.client();
    await touchTopic(honest, 't');
    for (let seed = 1; seed <= 60; seed++) {
      const hostile = await broker.client();
      const body = Buffer.from(
        Array.from({ length: 60 }, (_, index) => (seed * 31 + index * index * 17) % 256),
      );
      body.writeInt16BE(seed % 45, 0);
      body.writeInt16BE(seed % 5, 2);
      hostile.write(Buffer.concat([lengthPrefix(body.length), body]));
      hostile.destroy();
    }
    expect((await produceTo(honest, 't', batchOf())).errorCode).toBe(ERRORS.NONE);
  });
});

test('a newer client learns the supported versions and continues', async () => {
  const broker = await TestBroker.start();
  const client = await broker.client();
  client.write(
    frameOf(apiVersions.key, 4, 77, (writer) => writer.bytes(Buffer.from([0, 4, 114, 97, 119, 2, 49, 0]))),
  );
  const reader = new WireReader(await client.answer());
  expect(reader.int32()).toBe(77);
  const { errorCode, apiKeys } = apiVersions.response.read(reader, 0);
  expect(reader.remaining).toBe(0);
  expect(errorCode).toBe(ERRORS.UNSUPPORTED_VERSION);
  expect(apiKeys).toContainEqual({ apiKey: METADATA, minVersion: 0, maxVersion: 8 });
  expect((await client.request(apiVersions, 2, {})).errorCode).toBe(ERRORS.NONE);
});

describe('requests of one connection', () => {
  test('requests sent together are answered in order, fast ones after slow ones', async () => {
    const broker = await TestBroker.start({ partitions: 1 });
    const client = await broker.client();
    await touchTopic(client, 't');
    const slow = fetchFrom(client, 't', { maxWaitMs: 60_000 });
    const order: string[] = [];
    const first = slow.then(() => order.push('fetch'));
    const second = produceTo(client, 't', batchOf()).then(() => order.push('produce'));
    await Promise.all([first, second]);
    expect(order).toEqual(['fetch', 'produce']);
  });

  test('requests above the limit of one connection wait until others are answered', async () => {
    const broker = await TestBroker.start({ partitions: 1 });
    const [greedy, other] = [await broker.client(), await broker.client()];
    await touchTopic(other, 't');
    const waiting = Array.from({ length: MAX_PIPELINED_REQUESTS }, () =>
      fetchFrom(greedy, 't', { maxWaitMs: 60_000 }),
    );
    const last = produceTo(greedy, 't', batchOf());
    await fetchFrom(other, 't', { maxWaitMs: 20 });
    expect((await produceTo(other, 't', batchOf())).baseOffset).toBe(0);
    await Promise.all(waiting);
    expect((await last).baseOffset).toBe(1);
  });

  test('requests can arrive byte by byte', async () => {
    const broker = await TestBroker.start();
    const client = await broker.client();
    for (const byte of frameOf(apiVersions.key, 2, 5)) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.answer()).readInt32BE(0)).toBe(5);
  });

  test('many thousand requests sent at once are all answered', async () => {
    const broker = await TestBroker.start();
    const client = await broker.client();
    const count = 3_000;
    client.write(Buffer.concat(Array.from({ length: count }, (_, id) => frameOf(apiVersions.key, 2, id))));
    for (let id = 0; id < count; id++) expect((await client.answer()).readInt32BE(0)).toBe(id);
  });

  test('a flood of requests with long answers leaves turns to other clients', async () => {
    const broker = await TestBroker.start({ partitions: 250 });
    const [flooding, other] = [await broker.client(), await broker.client()];
    for (const topic of ['a', 'b', 'c', 'd']) await touchTopic(other, topic);
    const count = 1_000;
    for (let sent = 0; sent < count; sent++) flooding.send(metadata, 8, { topics: null });
    let answered = 0;
    const flooded = (async () => {
      while (answered < count) {
        await flooding.answer();
        answered++;
      }
    })();
    await eventually(() => answered > 0);
    for (let turns = 0; turns < 40; turns++) await other.request(apiVersions, 2, {});
    expect(answered).toBeLessThan(count);
    await flooded;
  });

  test('a client that reads no answers delays only itself', async () => {
    const broker = await TestBroker.start({ partitions: 1 });
    const [slow, quick] = [await broker.client(), await broker.client()];
    await touchTopic(quick, 't');
    const payload = Buffer.alloc(2 ** 20, 'z');
    for (let index = 0; index < 4; index++) await produceTo(quick, 't', batchOf({ payload }));
    slow.pause();
    const request = {
      replicaId: -1,
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 2 ** 23,
      isolationLevel: 0,
      topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 2 ** 23 }] }],
    };
    const count = 20;
    for (let index = 0; index < count; index++) slow.send(fetch, 11, request);
    expect(payloadsOf((await fetchFrom(quick, 't', { offset: 3, maxBytes: 2 ** 22 })).records)).toHaveLength(
      1,
    );
    expect((await quick.request(metadata, 8, { topics: null })).topics).toHaveLength(1);
    slow.resume();
    for (let index = 0; index < count; index++)
      expect((await slow.answer()).length).toBeGreaterThan(4 * 2 ** 20);
    expect(broker.lines).toEqual([]);
  });
});
