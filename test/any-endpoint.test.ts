import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { type Got, judgedBehind, type ToMessages } from './any-endpoint.ts';

const THREADS = 4;
const LOOPS = 5;
const SENT = THREADS * LOOPS;

function plan(identity: string, body: string, more = ''): string {
  return `
identity: ${identity}
${more}
threadGroups:
  - name: Users
    threads: ${THREADS}
    loops: ${LOOPS}
    requests:
      - name: Order
        url: URL
        body: '${body}'
`;
}

/** The service turns a command into an event of its own, and keeps only the id. */
const event = (orderId: unknown): Message => ({
  value: JSON.stringify({ event: 'OrderPlaced', eventId: randomUUID(), data: { order: { orderId } } }),
});

interface Way {
  readonly plan: string;
  readonly toMessage: (got: Got) => Message;
}

const ORDER = '{"orderId": "any", "amount": ${thread}, "customer": "c${loop}"}';

const WAYS: Readonly<Record<string, Way>> = {
  'a field that is a text': {
    plan: plan('field:/orderId', ORDER, 'find: $message.payload#/data/order/orderId'),
    toMessage: ({ body }) => event(JSON.parse(body).orderId),
  },
  'a field that is a whole number': {
    plan: plan('field:/orderId', ORDER.replace('"any"', '1'), 'find: $message.payload#/data/order/orderId'),
    toMessage: ({ body }) => event(JSON.parse(body).orderId),
  },
  'a field, in an envelope': {
    plan: plan('field:/orderId', ORDER),
    toMessage: ({ body }) => ({ value: JSON.stringify({ meta: 1, payload: body }) }),
  },
  'a header': {
    plan: plan('header:X-Request-Id', ORDER),
    toMessage: ({ headers, body }) => ({
      value: body,
      headers: { 'x-request-id': String(headers['x-request-id']) },
    }),
  },
  'a trace ID': {
    plan: plan('header:traceparent', ORDER),
    toMessage: ({ headers }) => ({
      value: Buffer.from([0, 0, 0, 0, 7, 2, 6]),
      headers: { traceparent: String(headers['traceparent']).replace('0000000000000001', 'f'.repeat(16)) },
    }),
  },
  'a header, and the message has it as its key': {
    plan: plan('header:Idempotency-Key', ORDER, 'find: $message.key'),
    toMessage: ({ headers, body }) => ({ key: String(headers['idempotency-key']), value: body }),
  },
  'two places of a template': {
    plan: plan('template', '{"a": "${qbl.id}", "b": "order-${qbl.hex}"}', 'find: $message.payload#/b'),
    toMessage: ({ body }) => ({ value: JSON.stringify({ b: JSON.parse(body).b.toUpperCase() }) }),
  },
  'an object deeper in the body': {
    plan: plan('body:/records/0/value', '{"records": [{"value": {"amount": ${thread}}}], "more": "${uuid}"}'),
    toMessage: ({ body }) => ({ value: JSON.stringify(JSON.parse(body).records[0].value) }),
  },
};

/** What the endpoint does to the third request, and what verify must find. */
const LIES: Readonly<Record<string, { lie: (message: Message) => readonly Message[]; found: object }>> = {
  nothing: { lie: (message) => [message], found: { verdict: 'pass', lost: 0, duplicated: 0 } },
  'drops it': { lie: () => [], found: { verdict: 'fail', lost: 1, duplicated: 0 } },
  'repeats it': { lie: (message) => [message, message], found: { verdict: 'fail', lost: 0, duplicated: 1 } },
};

describe.each(Object.entries(WAYS))('an identity in %s', (_, { plan, toMessage }) => {
  test.each(Object.entries(LIES))(
    'shows that the endpoint does this to a message: %s',
    async (_, { lie, found }) => {
      const toMessages: ToMessages = (got) => (got.number === 3 ? lie(toMessage(got)) : [toMessage(got)]);
      const { code, record } = await judgedBehind(toMessages, plan, '--exactly-once');
      expect(record).toMatchObject({ acked: SENT, foreign: 0, corrupt: 0, ...found });
      expect(code).toBe(record.verdict === 'pass' ? 0 : 1);
      expect(record.received).toBe(SENT - record.lost);
    },
  );
});
