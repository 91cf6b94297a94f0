import { expect, test } from 'vitest';
import type { OutgoingMessage, Queue, SendOutcome } from '../../queue/queue.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { DeadLetters } from './dead-letter.ts';

const ACKED: SendOutcome = { kind: 'acked', place: null };
const refused = (detail: string): SendOutcome => ({ kind: 'refused', reason: 'unavailable', detail });

/** Dead letters whose queue gives every message `outcome`. */
async function deadLetters(outcome: SendOutcome) {
  const clock = new SimulatedClock();
  const log: string[] = [];
  const sender = { connected: true, maxBatchMessages: 10, maxBatchBytes: 1_000, outcome };
  const send = async (batch: readonly OutgoingMessage[]) => batch.map(() => sender.outcome);
  const queue = { prepare: async () => {}, openSender: async () => Object.assign(sender, { send }) };
  const opened = await DeadLetters.open(queue as unknown as Queue, (line) => log.push(line), clock);
  let isFinishing = false;
  const leaving = new AbortController();
  return {
    ...{ clock, log, sender, leaving },
    send: () => opened.send(Buffer.from('{}'), leaving.signal, () => isFinishing),
    finish: () => {
      isFinishing = true;
    },
  };
}

test('logs once that two messages wait for a queue that is not connected, and once that both were sent', async () => {
  const { clock, log, sender, send } = await deadLetters(ACKED);
  sender.connected = false;
  const sending = [send(), send()];
  await clock.passTo(9_000);
  expect(log).toEqual(['cannot send a dead letter, trying again: not connected to the dead-letter queue']);
  sender.connected = true;
  await clock.passTo(10_000);
  expect(await Promise.all(sending)).toEqual(['sent', 'sent']);
  expect(log.slice(1)).toEqual(['all waiting dead letters were sent']);
});

test('logs at most one line in 10 s, even if the reason changes with every attempt', async () => {
  const { clock, log, sender, send } = await deadLetters(refused('attempt at 0 ms'));
  const sending = send();
  for (let ms = 500; ms <= 20_000; ms += 500) {
    sender.outcome = refused(`attempt at ${ms} ms`);
    await clock.passTo(ms);
  }
  expect(log).toEqual(
    [0, 10_000, 20_000].map((ms) => `cannot send a dead letter, trying again: attempt at ${ms} ms`),
  );
  sender.outcome = ACKED;
  await clock.passTo(21_000);
  expect(await sending).toBe('sent');
});

test('logs that a queue is down again, soon after it was up', async () => {
  const { clock, log, sender, send } = await deadLetters(refused('down'));
  const first = send();
  await clock.passTo(100);
  sender.outcome = ACKED;
  await clock.passTo(600);
  expect(await first).toBe('sent');
  sender.outcome = refused('down again');
  const second = send();
  await clock.passTo(700);
  expect(log.at(-1)).toBe('cannot send a dead letter, trying again: down again');
  sender.outcome = ACKED;
  await clock.passTo(1_200);
  expect(await second).toBe('sent');
});

test('logs once that messages return to the queue when the service finishes', async () => {
  const { clock, log, finish, send } = await deadLetters(refused('down'));
  const sending = [send(), send()];
  await clock.passTo(100);
  finish();
  await clock.passTo(600);
  expect(await Promise.all(sending)).toEqual(['interrupted', 'interrupted']);
  expect(log.slice(1)).toEqual(['cannot send a dead letter, unsent messages return to the queue: down']);
});

test('logs nothing about messages that return because of an outage', async () => {
  const { clock, log, leaving, send } = await deadLetters(refused('down'));
  const sending = send();
  await clock.passTo(100);
  leaving.abort();
  expect(await sending).toBe('interrupted');
  expect(log).toHaveLength(1);
});

test('logs nothing about a message that is sent at once', async () => {
  const { log, send } = await deadLetters(ACKED);
  expect(await send()).toBe('sent');
  expect(log).toEqual([]);
});
