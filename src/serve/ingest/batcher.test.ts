import { afterEach, describe, expect, test, vi } from 'vitest';
import type { OutgoingMessage, Sender, SendOutcome } from '../../queue/queue.ts';
import { Batcher, type EnqueueOutcome } from './batcher.ts';
import { Budget } from './budget.ts';

interface Batch {
  readonly values: string[];
  answer(outcome: SendOutcome): void;
}

/** A fake sender of a queue adapter. It answers a batch only when the test calls `answer`. */
class HeldSender implements Sender {
  connected = true;
  readonly maxInFlight = 2;
  readonly maxBatchMessages = 3;
  readonly maxBatchBytes = 10;
  readonly maxMessageBytes = 100;
  readonly batches: Batch[] = [];

  send(messages: readonly OutgoingMessage[]): Promise<SendOutcome[]> {
    return new Promise((resolve) => {
      this.batches.push({
        values: messages.map(({ value }) => value.toString()),
        answer: (outcome) => resolve(messages.map(() => outcome)),
      });
    });
  }

  async close(): Promise<void> {}
}

const ACKED: SendOutcome = { kind: 'acked', place: null };

function open(options: { timeoutMs?: number; maxMessages?: number; sender?: Sender } = {}) {
  const held = new HeldSender();
  const budget = new Budget(options.maxMessages ?? 100, 10_000);
  const outcomes = new Map<string, EnqueueOutcome>();
  const batcher = new Batcher({
    sender: options.sender ?? held,
    budget,
    timeoutMs: options.timeoutMs ?? 60_000,
    onBatch: () => {},
    onBug: () => {},
  });
  const submit = (text: string) => {
    const value = Buffer.from(text);
    budget.takeBytes(value.length);
    batcher.submit({ key: null, value }, (outcome) => {
      expect(outcomes.has(text)).toBe(false);
      outcomes.set(text, outcome);
    });
  };
  return { sender: held, budget, outcomes, batcher, submit };
}

function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the batcher sends messages', () => {
  test('in one batch if they arrived in one turn of the event loop, up to the limit of messages', async () => {
    const { sender, submit } = open();
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) submit(text);
    await turns();
    expect(sender.batches.map(({ values }) => values)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
  });

  test('that arrive while another batch is on its way, together after 1 ms', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { sender, submit } = open();
    for (const text of ['a', 'b', 'c']) {
      submit(text);
      await turns();
    }
    expect(sender.batches.map(({ values }) => values)).toEqual([['a']]);
    vi.advanceTimersByTime(1);
    expect(sender.batches.map(({ values }) => values)).toEqual([['a'], ['b', 'c']]);
  });

  test('without waiting if no other batch is on its way, or if the batch is full', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { sender, submit } = open();
    submit('a');
    await turns();
    for (const text of ['b', 'c', 'd']) submit(text);
    await turns();
    expect(sender.batches.map(({ values }) => values)).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('in batches up to the limit of bytes, and a larger message alone', async () => {
    const { sender, submit } = open();
    for (const text of ['123456', '12345', 'a message over the limit']) submit(text);
    await turns();
    for (const batch of sender.batches) batch.answer(ACKED);
    await turns();
    expect(sender.batches.map(({ values }) => values)).toEqual([
      ['123456'],
      ['12345'],
      ['a message over the limit'],
    ]);
  });

  test('in as many parallel batches as the sender allows, and the next batch when one ends', async () => {
    const { sender, submit } = open();
    for (const text of 'abcdefghij') submit(text);
    await turns();
    expect(sender.batches).toHaveLength(2);
    sender.batches[1]?.answer(ACKED);
    await turns();
    expect(sender.batches[2]?.values).toEqual(['g', 'h', 'i']);
  });
});

describe('a message gets its outcome', () => {
  test('from the sender, and then releases its memory', async () => {
    const { sender, budget, outcomes, submit } = open();
    submit('a');
    await turns();
    expect([budget.messages, budget.bytes]).toEqual([1, 1]);
    sender.batches[0]?.answer(ACKED);
    await turns();
    expect(outcomes.get('a')).toEqual(ACKED);
    expect([budget.messages, budget.bytes]).toEqual([0, 0]);
  });

  test('not enqueued, if the sender is not connected or too many messages are pending', async () => {
    const { sender, budget, outcomes, submit } = open({ maxMessages: 1 });
    submit('a');
    submit('b');
    expect(outcomes.get('b')).toEqual({ kind: 'not-enqueued', detail: 'too many messages are pending' });
    sender.connected = false;
    submit('c');
    expect(outcomes.get('c')).toEqual({ kind: 'not-enqueued', detail: 'not connected to the queue' });
    expect([budget.messages, budget.bytes]).toEqual([1, 1]);
  });

  test('at its deadline: unknown if it was handed over, not enqueued if it still waited', async () => {
    const { sender, budget, outcomes, submit } = open({ timeoutMs: 1_000 });
    for (const text of 'abcdefg') submit(text);
    await turns();
    await expect.poll(() => outcomes.size).toBe(7);
    expect(outcomes.get('a')?.kind).toBe('unknown');
    expect(outcomes.get('f')?.kind).toBe('unknown');
    expect(outcomes.get('g')?.kind).toBe('not-enqueued');
    // The queue adapter still has the messages, so they still count in the memory budget. Late results change no
    // outcome.
    expect(budget.messages).toBe(6);
    for (const batch of sender.batches) batch.answer(ACKED);
    await turns();
    expect(outcomes.get('a')?.kind).toBe('unknown');
    expect([budget.messages, budget.bytes]).toEqual([0, 0]);
  });

  test('even if the sender throws', async () => {
    const broken = Object.assign(new HeldSender(), { send: () => Promise.reject(new Error('broken')) });
    const { outcomes, submit, budget } = open({ sender: broken });
    submit('a');
    await expect.poll(() => outcomes.get('a')).toEqual({ kind: 'bug' });
    expect(budget.messages).toBe(0);
  });
});

test('close takes no new messages and waits for the outcome of the others', async () => {
  const { sender, outcomes, batcher, submit } = open();
  for (const text of 'abcdefg') submit(text);
  const closed = batcher.close();
  submit('late');
  expect(outcomes.get('late')).toEqual({ kind: 'not-enqueued', detail: 'shutting down' });
  await turns();
  sender.batches[0]?.answer(ACKED);
  sender.batches[1]?.answer(ACKED);
  await turns();
  expect(outcomes.size).toBe(7);
  sender.batches[2]?.answer(ACKED);
  await closed;
  expect(outcomes.get('g')).toEqual(ACKED);
});
