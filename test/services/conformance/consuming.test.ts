import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '../../../src/pause.ts';
import { Condition } from '../../../src/queue/condition.ts';
import type { ConsumedMessage, Queue } from '../../../src/queue/queue.ts';
import { type Consuming, consume, GROUP } from '../../support/consuming.ts';
import { kill, startQbl } from '../../support/qbl.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { describeWith } from '../describe-with.ts';
import { messages, newQueueName, openConnectedSender, openPrepared, sendAll, textsOf } from './bed.ts';
import type { RunningSystem, System } from './system.ts';
import { elasticmq, embedded, kafka, rabbitmq } from './systems.ts';

const DEADLINE_MS = 90_000;
/**
 * How long a consumer works on a message. This time is longer than any queue system waits for a consumer that sends no
 * heartbeats.
 */
const LONG_WORK_MS = 15_000;
const never = new AbortController().signal;

async function sendTo(queue: Queue, from: number, to: number): Promise<void> {
  const sender = await openConnectedSender(queue);
  for (let next = from; next < to; next += 10) await sendAll(sender, messages(next, Math.min(to, next + 10)));
}

function untilGot(count: number, ...consumings: readonly Consuming[]): Promise<unknown> {
  const texts = () => new Set(consumings.flatMap(({ got }) => textsOf(got)));
  return until(`${count} messages`, () => texts().size === count, DEADLINE_MS);
}

/** Tests what every queue must do for its consumers. */
function isConsumed(system: System): void {
  describeWith(system.tools, `a service on ${system.name}`, () => {
    let running: RunningSystem;
    beforeAll(async () => {
      running = await system.start();
    });
    afterAll(() => running?.stop());

    test('a service shares the messages among its instances, and leaves no backlog', async () => {
      const queue = await openPrepared(running, newQueueName(''));
      const backlog = await queue.openBacklog(GROUP);
      await sendTo(queue, 0, 200);
      await until('a backlog of 200', async () => (await backlog.read()) === 200, DEADLINE_MS);
      const [one, two] = await Promise.all([consume(queue, 20), consume(queue, 20)]);
      await sendTo(queue, 200, 400);
      await untilGot(400, one, two);
      await until('no backlog', async () => (await backlog.read()) === 0, DEADLINE_MS);
    });

    test('a consumer stays within its in-flight limit, and its unacknowledged messages are redelivered and marked', async () => {
      const queue = await openPrepared(running, newQueueName(''));
      await sendTo(queue, 0, 40);
      const first = await consume(queue, 7, () => {});
      await until('seven unacknowledged messages', () => first.got.length === 7, DEADLINE_MS);
      await first.consumer.close();
      expect(first.got).toHaveLength(7);
      const second = await consume(queue, 7);
      await untilGot(40, second);
      const again = new Set(textsOf(second.got.filter(({ redelivered }) => redelivered)));
      expect(textsOf(first.got).every((text) => again.has(text))).toBe(true);
    });

    test('a consumer delivers nothing more after stop, and leaves the rest in the queue', async () => {
      const queue = await openPrepared(running, newQueueName(''));
      await sendTo(queue, 0, 300);
      const arriving = new Condition();
      const begun = arriving.wait(DEADLINE_MS);
      const ack = (message: ConsumedMessage) => {
        message.ack();
        arriving.notifyAll();
      };
      const first = await consume(queue, 300, ack);
      await begun;
      await first.consumer.stop();
      const handedOut = first.got.length;
      await first.consumer.close();
      expect(first.got).toHaveLength(handedOut);
      await untilGot(300, first, await consume(queue, 300));
    });

    test('a service can work on a message for any time', async () => {
      const queue = await openPrepared(running, newQueueName(''));
      await sendTo(queue, 0, 3);
      const slowly = (message: ConsumedMessage) => void pause(LONG_WORK_MS, never).then(() => message.ack());
      const one = await consume(queue, 3, slowly);
      const backlog = await queue.openBacklog(GROUP);
      await until('no backlog', async () => (await backlog.read()) === 0, DEADLINE_MS);
      await one.consumer.close();
      expect(textsOf(one.got)).toEqual(textsOf(messages(0, 3)));
    });

    test('a service loses no message when it is killed during its work', async () => {
      const folder = await tempFolder();
      const name = newQueueName('');
      await sendTo(await openPrepared(running, name), 0, 300);
      const start = (...args: string[]) =>
        startQbl(
          ['consume', '--queue', running.url(name), '--receipts', 'r.csv', '--concurrency', '4', ...args],
          { folder, env: running.env },
        );
      const rows = async () =>
        (await readFile(join(folder, 'r.csv'), 'utf8').catch(() => '')).split('\n').length;
      const first = start('--rate', '100');
      await until('some receipts', async () => (await rows()) > 50, DEADLINE_MS);
      await kill(first);
      const second = start('--drain', '--json');
      await second.line(/consuming/);
      // The killed service's unacknowledged messages are redelivered only when the system considers it dead.
      await until('receipts of all', async () => (await rows()) > 300, DEADLINE_MS);
      second.signal('SIGINT');
      const { code, stdout } = await second.ended;
      expect(code).toBe(0);
      expect(JSON.parse(stdout).end.processed).toBeGreaterThan(200);
      const backlog = await (await openPrepared(running, name)).openBacklog('qbl-service');
      await until('no backlog', async () => (await backlog.read()) === 0, DEADLINE_MS);
    });
  });
}

isConsumed(embedded);
isConsumed(kafka);
isConsumed(rabbitmq('RabbitMQ', ''));
isConsumed(elasticmq('SQS'));
