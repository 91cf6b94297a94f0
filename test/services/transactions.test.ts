import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Transaction } from 'kafkajs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../support/until.ts';
import { allArrived, newTopic, type Sending, send } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { makeTopic, topicOffsets } from './topics.ts';

describeWith(['java', 'mvn'], "other producers' transactions in the run's topic", () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  /** Sends another producer's record to every partition, in a transaction that stays open. */
  async function beginTransaction(topic: string): Promise<Transaction> {
    const producer = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING }).producer({
      transactionalId: randomUUID(),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    const transaction = await producer.transaction();
    const partitions = await topicOffsets(kafka.bootstrap, topic);
    const messages = partitions.map(({ partition }) => ({ partition, value: 'from another producer' }));
    await transaction.send({ topic, messages });
    return transaction;
  }

  /** Sends messages before and after the beginning of a transaction. */
  async function sendAround(): Promise<{ sending: Sending; transaction: Transaction; partitions: number }> {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic);
    await send(kafka.url(topic));
    const transaction = await beginTransaction(topic);
    const sending = await send(kafka.url(topic));
    return { sending, transaction, partitions: (await topicOffsets(kafka.bootstrap, topic)).length };
  }

  async function expectUnknown({ verify }: Sending): Promise<void> {
    const { code, record } = await verify('--deadline', '3s', '--settle', '500ms');
    expect(record).toMatchObject({ verdict: 'unknown', drained: false });
    expect(record.reasons).toMatchObject([
      { kind: 'incomplete-drain', text: expect.stringContaining('open transaction') },
    ]);
    expect(code).toBe(3);
  }

  test('messages after an open transaction cannot be judged; after its commit they can, and its records are foreign', async () => {
    const { sending, transaction, partitions } = await sendAround();
    await expectUnknown(sending);
    await transaction.commit();
    const { code, record } = await sending.verify();
    expect(record).toMatchObject({ ...allArrived(100), foreign: 100 + partitions, notProven: [] });
    expect(code).toBe(0);
  });

  test('records of an aborted transaction are invisible to all readers', async () => {
    const { sending, transaction } = await sendAround();
    await expectUnknown(sending);
    await transaction.abort();
    const { code, record } = await sending.verify();
    expect(record).toMatchObject({ ...allArrived(100), foreign: 100 });
    expect(code).toBe(0);
  });

  test.each(['commit', 'abort'] as const)(
    'a log is read to its end if its last record is the control record of a transaction (%s)',
    async (end) => {
      const topic = newTopic();
      const sending = await send(kafka.url(topic));
      const transaction = await beginTransaction(topic);
      await transaction[end]();
      const partitions = await until('control records in every partition', async () => {
        const offsets = await topicOffsets(kafka.bootstrap, topic);
        const end = offsets.reduce((sum, { high }) => sum + high, 0);
        return end === 100 + 2 * offsets.length && offsets;
      });
      const { code, record } = await sending.verify();
      expect(record).toMatchObject({
        ...allArrived(100),
        foreign: end === 'commit' ? partitions.length : 0,
        notProven: [],
      });
      expect(record.read.map(({ to }) => to)).toEqual(partitions.map(({ high }) => high));
      expect(code).toBe(0);
    },
  );
});
