import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { BrokerProcess, compileBroker } from '../testing/broker-process.ts';
import { frameOf, RawClient } from '../testing/raw-client.ts';
import {
  cleanUp,
  fetchFrom,
  onCleanUp,
  produceTo,
  temporaryDirectory,
  touchTopic,
} from '../testing/test-broker.ts';
import { metadata } from '../wire/apis/cluster.ts';
import { fetch, listOffsets, produce } from '../wire/apis/records.ts';
import { ERRORS } from '../wire/errors.ts';

/**
 * Limit for the memory of the broker process: 192 MiB for requests, plus Node and memory that is not collected yet.
 */
const MAX_RESIDENT_MIB = 512;
const BATCH_BYTES = 30 * 2 ** 20;
/** Time limit for the test. Clients that block memory are disconnected one after the other, each after a second. */
const DEADLINE_MS = 120_000;

let compiled = '';

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'broker-compiled-'));
  await compileBroker(compiled);
});

afterAll(() => rm(compiled, { recursive: true, force: true }));
afterEach(cleanUp);

/** A broker with a heap of 64 MiB, and a client that behaves correctly. */
async function start() {
  const broker = new BrokerProcess(compiled, await temporaryDirectory(), ['--max-old-space-size=64']);
  const { port = 0 } = await broker.started();
  const connect = async () => {
    const client = await RawClient.connect(port);
    onCleanUp(() => client.destroy());
    return client;
  };
  const honest = new HonestClient(connect);
  await honest.try((client) => touchTopic(client, 't'));
  return { broker, honest, connect };
}

/** A client that reconnects and repeats unanswered requests, as real clients do. */
class HonestClient {
  readonly #connect: () => Promise<RawClient>;
  #client: Promise<RawClient>;

  constructor(connect: () => Promise<RawClient>) {
    this.#connect = connect;
    this.#client = connect();
  }

  async try<T>(action: (client: RawClient) => Promise<T>): Promise<T> {
    for (;;) {
      const client = await this.#client;
      const result = await Promise.race([action(client).then((value) => ({ value })), client.closed]);
      if (result) return result.value;
      this.#client = this.#connect();
    }
  }
}

async function expectBounded(broker: BrokerProcess): Promise<void> {
  const mib = await broker.maxResidentMib();
  if (mib !== undefined) expect(mib).toBeLessThan(MAX_RESIDENT_MIB);
}

function fetchRequest(maxBytes: number) {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: maxBytes }];
  return {
    replicaId: -1,
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes,
    isolationLevel: 0,
    topics: [{ topic: 't', partitions }],
  };
}

test(
  'clients that request 30 MiB again and again without reading neither exhaust the memory nor keep others out',
  async () => {
    const { broker, honest, connect } = await start();
    const large = batchOf({ payload: Buffer.alloc(BATCH_BYTES, 'z') });
    expect(await honest.try((client) => produceTo(client, 't', large))).toMatchObject({
      errorCode: ERRORS.NONE,
    });
    for (let index = 0; index < 20; index++) {
      const hostile = await connect();
      hostile.pause();
      for (let request = 0; request < 32; request++) hostile.send(fetch, 11, fetchRequest(2 ** 20));
    }
    expect((await honest.try((client) => client.request(metadata, 8, { topics: null }))).topics).toHaveLength(
      1,
    );
    const small = batchOf({ payload: Buffer.from('on') });
    const { baseOffset } = await honest.try((client) => produceTo(client, 't', small));
    // While memory for 30 MiB is missing, the answer has no records, and the client asks again.
    const fetchLarge = () => honest.try((client) => fetchFrom(client, 't', { maxBytes: 2 ** 20 }));
    let { records } = await fetchLarge();
    while (records?.length === 0) ({ records } = await fetchLarge());
    expect(records?.length).toBeGreaterThan(BATCH_BYTES);
    const last = await honest.try((client) => fetchFrom(client, 't', { offset: baseOffset }));
    expect(payloadsOf(last.records)).toEqual(['on']);
    await expectBounded(broker);
  },
  DEADLINE_MS,
);

test(
  'requests that announce a large length and arrive only in part neither exhaust the memory nor keep others out',
  async () => {
    const { broker, honest, connect } = await start();
    const frame = frameOf(produce.key, 8, 1, (writer) => writer.bytes(Buffer.alloc(90 * 2 ** 20)));
    for (let index = 0; index < 12; index++) (await connect()).write(frame.subarray(0, 60 * 2 ** 20));
    const large = batchOf({ payload: Buffer.alloc(BATCH_BYTES, 'z') });
    expect(await honest.try((client) => produceTo(client, 't', large))).toMatchObject({
      errorCode: ERRORS.NONE,
    });
    await expectBounded(broker);
  },
  DEADLINE_MS,
);

test(
  'a request with 60,000 partitions is refused; a request with one partition 10,000 times delays no other client',
  async () => {
    const { broker, honest, connect } = await start();
    const request = (count: number) => {
      const partition = { partitionIndex: 0, timestamp: 1 };
      const partitions = new Array<typeof partition>(count).fill(partition);
      return { replicaId: -1, isolationLevel: 0, topics: [{ name: 't', partitions }] };
    };
    const hostile = await connect();
    hostile.send(listOffsets, 5, request(60_000));
    await hostile.closed;
    const answers = await (await connect()).request(listOffsets, 5, request(10_000));
    const codes = answers.topics[0]?.partitions.map(({ errorCode }) => errorCode);
    expect(codes?.slice(0, 2)).toEqual([ERRORS.NONE, ERRORS.INVALID_REQUEST]);
    const produced = await honest.try((client) => produceTo(client, 't', batchOf()));
    expect(produced.errorCode).toBe(ERRORS.NONE);
    await expectBounded(broker);
  },
  DEADLINE_MS,
);
