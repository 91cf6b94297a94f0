import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { BrokerProcess, compileBroker } from '../testing/broker-process.ts';
import { RawClient } from '../testing/raw-client.ts';
import {
  cleanUp,
  fetchFrom,
  onCleanUp,
  produceTo,
  temporaryDirectory,
  touchTopic,
} from '../testing/test-broker.ts';
import { offsetCommit, offsetFetch } from '../wire/apis/groups.ts';

let compiled = '';

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'broker-compiled-'));
  await compileBroker(compiled);
});

afterAll(() => rm(compiled, { recursive: true, force: true }));
afterEach(cleanUp);

async function startProcess(dataDirectory: string) {
  const broker = new BrokerProcess(compiled, dataDirectory);
  const { port = 0 } = await broker.started();
  const client = await RawClient.connect(port);
  onCleanUp(() => client.destroy());
  return { broker, client };
}

function commit(client: RawClient, committedOffset: number) {
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }];
  return client.request(offsetCommit, 7, {
    groupId: 'g',
    generationId: -1,
    memberId: '',
    topics: [{ name: 't', partitions }],
  });
}

/**
 * Sends messages and commits offsets until the connection breaks. `acked` collects the acknowledged messages and
 * offsets.
 */
async function load(client: RawClient, round: number, acked: { payloads: string[]; offset: number }) {
  const produceAll = async (partition: number) => {
    for (let index = 0; ; index++) {
      const payload = `${round}-${partition}-${index}`;
      const { errorCode } = await produceTo(
        client,
        't',
        batchOf({ payload: Buffer.from(payload) }),
        partition % 2,
      );
      if (errorCode === 0) acked.payloads.push(payload);
    }
  };
  const commitAll = async () => {
    for (;;) {
      const next = acked.offset + 1;
      await commit(client, next);
      acked.offset = next;
    }
  };
  await Promise.race([
    client.closed,
    commitAll(),
    ...Array.from({ length: 10 }, (_, index) => produceAll(index)),
  ]);
}

async function readAll(client: RawClient, partition: number): Promise<string[]> {
  const { highWatermark } = await fetchFrom(client, 't', { partition });
  const payloads: string[] = [];
  while (payloads.length < highWatermark) {
    payloads.push(
      ...payloadsOf((await fetchFrom(client, 't', { partition, offset: payloads.length })).records),
    );
  }
  return payloads;
}

test('kill −9 during produce and commit loses no acknowledged message and stores none twice', async () => {
  const dataDirectory = await temporaryDirectory();
  const acked = { payloads: [] as string[], offset: 0 };
  for (let round = 0; round < 4; round++) {
    const { broker, client } = await startProcess(dataDirectory);
    if (round === 0) await touchTopic(client, 't');
    const target = acked.payloads.length + 300;
    const loading = load(client, round, acked);
    while (acked.payloads.length < target) await new Promise((resolve) => setImmediate(resolve));
    await broker.kill();
    await loading;
  }
  const { client } = await startProcess(dataDirectory);
  const stored = [...(await readAll(client, 0)), ...(await readAll(client, 1))];
  expect(acked.payloads.length).toBeGreaterThanOrEqual(1_200);
  expect(new Set(stored).size).toBe(stored.length);
  const present = new Set(stored);
  expect(acked.payloads.filter((payload) => !present.has(payload))).toEqual([]);
  const { topics } = await client.request(offsetFetch, 5, { groupId: 'g', topics: null });
  expect(topics[0]?.partitions[0]?.committedOffset).toBeGreaterThanOrEqual(acked.offset);
});

test('a second process cannot open the same data folder; the lock ends with the process that holds it', async () => {
  const dataDirectory = await temporaryDirectory();
  const first = new BrokerProcess(compiled, dataDirectory);
  expect(await first.started()).toEqual({ port: expect.any(Number) });
  expect(await new BrokerProcess(compiled, dataDirectory).started()).toEqual({ code: 'data-locked' });
  await first.kill();
  expect(await new BrokerProcess(compiled, dataDirectory).started()).toEqual({ port: expect.any(Number) });
});

test('if many brokers start at once after a kill, exactly one gets the data folder', async () => {
  const dataDirectory = await temporaryDirectory();
  const killed = new BrokerProcess(compiled, dataDirectory);
  await killed.started();
  await killed.kill();
  const starters = Array.from({ length: 4 }, () => new BrokerProcess(compiled, dataDirectory).started());
  const outcomes = await Promise.all(starters);
  expect(outcomes.filter(({ port }) => port !== undefined).length).toBeLessThanOrEqual(1);
  expect(outcomes.every(({ port, code }) => port !== undefined || code === 'data-locked')).toBe(true);
  const locks = (await readdir(dataDirectory)).filter((name) => name.startsWith('lock-'));
  expect(locks.length).toBeLessThanOrEqual(1);
});
