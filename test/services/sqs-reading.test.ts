import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reader } from '../../src/queue/reader.ts';
import { until } from '../support/until.ts';
import { describeWith } from './describe-with.ts';
import { type RunningElasticmq, startElasticmq } from './elasticmq.ts';
import { connect, consume, KINDS, message, open, sendAll, soon, takeAll, texts } from './sqs-bed.ts';
import { makeQueue, takeAndKeep } from './sqs-by-hand.ts';
import { serviceError, startSqsProxy } from './sqs-proxy.ts';

const RECEIVE = 'ReceiveMessage';
const DELETE = 'DeleteMessageBatch';
const COMPLETE = { complete: true, ends: new Map() };
const never = new AbortController().signal;

describeWith(['java', 'mvn'], 'reading from SQS', () => {
  let sqs: RunningElasticmq;
  beforeAll(async () => {
    sqs = await startElasticmq();
  });
  afterAll(() => sqs?.stop());

  const drain = (reader: Reader, ms?: number) => reader.drain(soon(ms), never);

  /**
   * Runs the work while the emulator is down. Restarts the emulator even if the work fails, for the tests that follow.
   */
  async function whileGone(work: () => Promise<unknown>): Promise<void> {
    await sqs.kill();
    try {
      await work();
    } finally {
      await sqs.restart();
    }
  }

  /** A queue with the messages 0, 1, 2 and so on. */
  async function filled(messages: number, attributes: Readonly<Record<string, string>> = {}) {
    const name = KINDS.standard();
    await makeQueue(sqs, name, attributes);
    const queue = await open(sqs.url(name));
    const sent = Array.from({ length: messages }, (_, index) => String(index));
    const { sender } = await connect(queue);
    const outcomes = await sendAll(
      sender,
      sent.map((text) => message(text)),
    );
    expect(outcomes.filter(({ kind }) => kind !== 'acked')).toEqual([]);
    return { name, queue, sent };
  }

  test('a reader removes messages only if allowed', async () => {
    const queue = await open(sqs.url(KINDS.standard()));
    await queue.prepare();
    const options = { consume: true, name: 'test', onDeliveries: () => {} } as const;
    const notAllowed = queue.openReader({ ...options, consume: false, from: { kind: 'end' } });
    await expect(notAllowed).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('--consume'),
    });
    const elsewhere = queue.openReader({ ...options, from: { kind: 'time', epochMs: 0 } });
    await expect(elsewhere).rejects.toMatchObject({ exitCode: 2 });
    expect(queue.capabilities).toMatchObject({ tap: false, replay: false, order: null });
  });

  test('a reader needs an existing queue', async () => {
    const missing = consume(await open(sqs.url(KINDS.standard())));
    await expect(missing).rejects.toMatchObject({ exitCode: 4 });
  });

  test('messages of a lost answer are redelivered after their visibility timeout, and marked as such', async () => {
    const { name, sent } = await filled(25, { VisibilityTimeout: '5' });
    const proxy = await startSqsProxy(sqs.port);
    let lost = 0;
    proxy.intervene((action) => (action === RECEIVE && lost++ < 1 ? 'lose-answer' : null));
    const { reader, deliveries } = await consume(await open(proxy.url(name)));
    expect(await drain(reader)).toEqual(COMPLETE);
    expect(texts(deliveries).sort()).toEqual(sent.sort());
    const again = deliveries.filter(({ redelivered }) => redelivered);
    expect(again.length).toBeGreaterThan(0);
    expect(again.length).toBeLessThanOrEqual(10);
  });

  test('a drain waits, up to the deadline, for messages of another reader that died', async () => {
    const { name, queue, sent } = await filled(15);
    const kept = await takeAndKeep(sqs, name, 10);
    expect(kept).toBeGreaterThan(0);
    const { reader, deliveries } = await consume(queue);
    expect(await drain(reader, 4_000)).toEqual({
      complete: false,
      reason: `${kept} messages are in flight with another reader`,
      ends: null,
    });
    expect(deliveries).toHaveLength(15 - kept);
    expect(await drain(reader)).toEqual(COMPLETE);
    expect(texts(deliveries).sort()).toEqual(sent.sort());
    expect(deliveries.filter(({ redelivered }) => redelivered)).toHaveLength(kept);
  });

  test('a queue that delays its messages does not count as empty', async () => {
    const { queue, sent } = await filled(5, { DelaySeconds: '4' });
    expect(await queue.depth()).toEqual({ ready: 5, inFlight: 0 });
    expect(texts(await takeAll(queue)).sort()).toEqual(sent);
  });

  test.each([
    ['is refused', serviceError(500, 'InternalFailure')],
    ['gets no answer', 'lose-answer' as const],
  ])('a deletion that %s is repeated, and no message is delivered twice', async (_, intervention) => {
    const { name, sent } = await filled(30);
    const proxy = await startSqsProxy(sqs.port);
    let failures = 0;
    proxy.intervene((action) => (action === DELETE && failures++ < 3 ? intervention : null));
    const { reader, deliveries } = await consume(await open(proxy.url(name)));
    expect(await drain(reader)).toEqual(COMPLETE);
    expect(texts(deliveries).sort()).toEqual(sent.sort());
    expect(failures).toBeGreaterThan(3);
  });

  test('a message that cannot be deleted is redelivered and marked, and the queue does not count as empty', async () => {
    const { name } = await filled(3, { VisibilityTimeout: '5' });
    const proxy = await startSqsProxy(sqs.port);
    proxy.intervene((action) => (action === DELETE ? serviceError(403, 'AccessDenied') : null));
    const { reader, deliveries } = await consume(await open(proxy.url(name)));
    await until('redelivered messages', () => deliveries.length >= 6);
    expect(deliveries.slice(0, 3).map(({ redelivered }) => redelivered)).toEqual([false, false, false]);
    expect(deliveries.slice(3, 6).map(({ redelivered }) => redelivered)).toEqual([true, true, true]);
    expect(await drain(reader, 1_000)).toEqual({
      complete: false,
      reason: expect.stringMatching(/messages were .*; the latest error: AccessDenied/),
      ends: null,
    });
  });

  test('a service that is down proves nothing, and reading continues after its restart', async () => {
    const { queue, sent } = await filled(40);
    await whileGone(() => expect(consume(queue)).rejects.toMatchObject({ exitCode: 4 }));
    const { reader, deliveries } = await consume(queue);
    await until('all of them', () => deliveries.length >= sent.length);
    // On a busy machine, the reader may report the end of the queue before it notices that the emulator is down.
    await whileGone(() =>
      expect
        .poll(() => drain(reader, 2_000))
        .toEqual({ complete: false, reason: expect.stringContaining('ECONNREFUSED'), ends: null }),
    );
    expect(await drain(reader)).toEqual(COMPLETE);
    expect(new Set(texts(deliveries))).toEqual(new Set(sent));
  });

  test('an error in the deliveries callback ends the reading', async () => {
    const { queue } = await filled(1);
    const broken = new RangeError('a bug');
    const reader = await queue.openReader({
      from: { kind: 'beginning' },
      consume: true,
      name: 'test',
      onDeliveries: () => {
        throw broken;
      },
    });
    await expect(drain(reader)).rejects.toBe(broken);
    await reader.close();
    expect(await queue.depth()).toEqual({ ready: 0, inFlight: 1 });
  });

  test('an abort ends the drain', async () => {
    const { queue } = await filled(0);
    const { reader } = await consume(queue);
    expect(await reader.drain(soon(), AbortSignal.abort())).toMatchObject({ complete: false });
  });

  test('a reader reports what the queue may have removed', async () => {
    const { queue } = await filled(0);
    const { reader } = await consume(queue);
    const dayMs = 24 * 3_600_000;
    const since = (epochMs: number) => reader.removedSince({ kind: 'time', epochMs, clock: 'sender' });
    expect(await since(Date.now() - 3 * dayMs)).toBeNull();
    // ElasticMQ accepts the attribute for the retention time, but does not report it. So qbl assumes AWS's default of
    // four days.
    expect((await since(Date.now() - 5 * dayMs))?.text).toContain('345600 s');
  });

  test('a queue with a dead-letter queue may remove messages at any time', async () => {
    const dead = await filled(0);
    const deadLetterTargetArn = `arn:aws:sqs:elasticmq:000000000000:${dead.name}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
    const { queue } = await filled(0, { RedrivePolicy });
    const { reader } = await consume(queue);
    const now = { kind: 'time', epochMs: Date.now(), clock: 'sender' } as const;
    expect((await reader.removedSince(now))?.text).toContain('dead-letter queue');
  });
});
