import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { type Got, judgedBehind, type ToMessages } from './any-endpoint.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

const THREADS = 4;
const LOOPS = 5;
const SENT = THREADS * LOOPS;

function raise(): never {
  throw new Error('there is no such message');
}

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

/** The endpoint turns a request into an event with another structure, and keeps only the order ID of the request. */
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

/** The faults of the endpoint: what it does to the third request, and what verify must find. */
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
      const { code, record } = await judgedBehind(toMessages, plan, { rules: ['--exactly-once'] });
      expect(record).toMatchObject({ acked: SENT, foreign: 0, corrupt: 0, ...found });
      expect(code).toBe(record.verdict === 'pass' ? 0 : 1);
      expect(record.received).toBe(SENT - record.lost);
    },
  );
});

test('a body that is no JSON is compared as it is', async () => {
  const xml = '<order id="${qbl.id}" amount="12345678901234567890">${thread}</order>';
  const text = plan('template', xml, 'find: $message.header#/x-id\ncontent: whole');
  const idOf = (body: string) => /id="([^"]*)"/.exec(body)?.[1] ?? '';
  const toMessages: ToMessages = ({ body, number }) => [
    { value: number === 3 ? `${body} ` : body, headers: { 'x-id': idOf(body) } },
  ];
  const { record } = await judgedBehind(toMessages, text);
  expect(record).toMatchObject({ verdict: 'fail', corrupt: 1, lost: 0, received: SENT });
});

describe('the content of a message with a token', () => {
  const compared = (content: string) => plan('field:/orderId', ORDER, `content: ${content}`);
  const changed = (body: string, changes: object): Message => ({
    value: JSON.stringify({ more: 1, ...JSON.parse(body), ...changes }),
  });
  const third =
    (changes: object): ToMessages =>
    (got) => [changed(got.body, got.number === 3 ? changes : {})];

  test('proves that a field is wrong, even if a copy inside the message has the right value', async () => {
    const amounts: Readonly<Record<number, string>> = {
      2: '',
      3: '"amount": 999, "amount": 5,',
      4: '"amount": "\\ud800",',
    };
    const toMessages: ToMessages = ({ body, number }) => {
      const { orderId, amount } = JSON.parse(body);
      const own = amounts[number] ?? `"amount": ${amount},`;
      const copy = number === 2 ? '' : `"log": ${body},`;
      return [{ value: `{"message": {${own} ${copy} "orderId": "${orderId}"}, "original": ${body}}` }];
    };
    const { record } = await judgedBehind(toMessages, compared('[/amount]'));
    expect(record).toMatchObject({ verdict: 'fail', corrupt: 3, lost: 0, received: SENT });
    const problems = record.offenders.corrupt.map(({ content }) => content?.fields[0]?.problem);
    expect(problems.toSorted()).toEqual(['missing', 'repeated', 'unwritable']);
  });

  test.each([
    ['none', { amount: 999 }, 'pass', 0],
    ['[/amount]', { amount: 999 }, 'fail', 1],
    ['[/amount]', { customer: 'other' }, 'pass', 0],
    ['{/customer: /customer}', { customer: 'other' }, 'fail', 1],
  ])(
    'is compared as the plan says: content is %s, and the service changes %j',
    async (content, changes, verdict, corrupt) => {
      const { record } = await judgedBehind(third(changes), compared(content));
      expect(record).toMatchObject({ verdict, corrupt, lost: 0, received: SENT });
      if (corrupt === 1) {
        const { identity, content: difference } = record.offenders.corrupt[0] ?? raise();
        const { thread, loop } = identity ?? raise();
        const [field, sent, found] =
          content === '[/amount]'
            ? ['/amount', String(thread), '999']
            : ['/customer', `"c${loop}"`, '"other"'];
        expect(difference?.fields).toEqual([{ field, isCertain: true, sent, found }]);
        expect(difference?.message).toContain(found);
        expect(record.reasons[0]?.text).toContain(
          `: ${field} is ${found} instead of ${sent}. The message: {`,
        );
      }
      expect(record.notProven.map(({ kind }) => kind)).toEqual(
        content === 'none' ? ['contents-not-compared'] : [],
      );
    },
  );

  test('is compared as a whole, in any order of its fields', async () => {
    const reordered = (body: string) => {
      const { orderId, amount, customer } = JSON.parse(body);
      return { value: JSON.stringify({ customer, amount, orderId }) };
    };
    const honest = await judgedBehind(({ body }) => [reordered(body)], compared('whole'));
    expect(honest.record).toMatchObject({ verdict: 'pass', corrupt: 0, notProven: [] });
    const lying = await judgedBehind(third({ amount: 999 }), compared('whole'));
    expect(lying.record).toMatchObject({ verdict: 'fail', corrupt: SENT });
    expect(lying.record.reasons[0]?.text).toMatch(
      /: the whole content was compared, and differs\. The message: \{"more":1,/,
    );
  });
});

test('verify says where it looked for identities, and shows a message', async () => {
  const toMessages: ToMessages = () => [{ key: 'k\u001b', value: '{"id":"other"}', headers: { trace: 'x' } }];
  const { record, code } = await judgedBehind(toMessages, plan('header:X-Request-Id', ORDER));
  expect(code).toBe(3);
  const text = record.reasons.find(({ kind }) => kind === 'nothing-identified')?.text ?? '';
  expect(text).toContain('qbl looked for the identity in $message.header#/X-Request-Id');
  expect(text).toContain('key k\\u001b; headers trace; value {"id":"other"}');
});

test('a plan that does not fit its token is refused, and the error names the reason', async () => {
  const refused = (text: string) => judgedBehind(() => [], text);
  const number = plan('field:/orderId', ORDER.replace('"any"', '1'), 'find: $message.key');
  await expect(refused(number.replace(`loops: ${LOOPS}`, 'duration: 1s'))).rejects.toThrow(
    'threadGroups[1].loops: expected loops, because the identity is a whole number',
  );
  await expect(
    refused(number.replace(`loops: ${LOOPS}`, 'loops: 1000000000').replace('threads: 4', 'threads: 99')),
  ).rejects.toThrow('expected at most 8,589,934,592 messages, because the identity is a whole number');
  await expect(refused(plan('field:/missing', ORDER))).rejects.toThrow('the body has no field /missing');
  await expect(refused(plan('template', ORDER, 'find: $message.key'))).rejects.toThrow('expected ${qbl.id}');
  await expect(refused(plan('template', '{"a":"${qbl.id}"}'))).rejects.toThrow('expected find beside');
  await expect(refused(plan('body', ORDER, 'content: whole'))).rejects.toThrow(
    'the field applies to tokens only',
  );
  await expect(refused(plan('field:/orderId', ORDER.replace('c${loop}', '${nope}')))).rejects.toThrow(
    'plan.yaml:11 threadGroups[1].requests[1].body: ${nope} is unknown',
  );
  const within = plan('field:/orderId', ORDER.replace('any', 'order-${qbl.number}'));
  await expect(refused(within)).rejects.toThrow('has ${qbl.number} within a text');
  const open = plan('header:X-Id', ORDER.replace('"c${loop}"', '1${loop}'), 'content: whole');
  await expect(refused(open)).rejects.toThrow('content compares JSON');
  await expect(refused(plan('header:X-Id', ORDER, 'content: {}'))).rejects.toThrow(
    'or a mapping such as /amount: /data/total, not an empty mapping',
  );
});

test('qbl run passes the header of a token on to the queue, and its service reads the token', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '5', '--loops', '8', '--service-rate', '400'];
  const ended = await qbl(['run', '--json', '--identity', 'header:X-Request-Id', ...load], { folder });
  const result = JSON.parse(ended.stdout);
  expect(result).toMatchObject({ verdict: 'pass', acked: 40, received: 40, foreign: 0 });
  expect(result.service).toMatchObject({ processed: 40, unprocessed: 0, processedTwice: 0 });
  expect(result.latencyMs.count).toBe(40);
  expect(ended.code).toBe(0);
});

test('a plan with tokens is not rendered to a file, because a token names its run', async () => {
  const folder = await tempFolder();
  const ended = await qbl(['jmeter', '--render', 'x.jmx', '--identity', 'header:X-Id'], { folder });
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(
    /^error: --render: a plan with tokens cannot be rendered[^\n]*\nhint: [^\n]*\n$/,
  );
});
