import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openQueue } from '../src/queue/open.ts';
import type { Delivery } from '../src/queue/reader.ts';
import { inMs } from './support/deadline.ts';
import { until } from './support/until.ts';

const ENV = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_REGION: 'eu-west-1' };
const MESSAGE = {
  MessageId: 'm1',
  ReceiptHandle: 'h1',
  Body: 'hello',
  Attributes: { SentTimestamp: '1795446132123', ApproximateReceiveCount: '1' },
};
/** Number of polls after which each of the reader's two receivers has read at least one answer. */
const ENOUGH_POLLS = 6;
const COUNTS = {
  ApproximateNumberOfMessages: '0',
  ApproximateNumberOfMessagesNotVisible: '0',
  ApproximateNumberOfMessagesDelayed: '0',
};

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `sqs://127.0.0.1:${port}/orders`;
}

/** Starts a server that answers each ReceiveMessage with this text, and everything else as SQS does. */
async function startLiar(received: unknown) {
  let polls = 0;
  const url = await serving(async (request, response) => {
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const entries: { Id: string }[] = JSON.parse(await text(request)).Entries ?? [];
    if (action === 'ReceiveMessage') polls++;
    const answers: Readonly<Record<string, unknown>> = {
      GetQueueUrl: { QueueUrl: 'http://127.0.0.1/000000000000/orders' },
      GetQueueAttributes: { Attributes: COUNTS },
      ReceiveMessage: received,
    };
    const answer = answers[action] ?? { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    response.setHeader('Content-Type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(answer));
  });
  return { url, polls: () => polls };
}

async function openReader(url: string, onDeliveries: (deliveries: readonly Delivery[]) => void) {
  const queue = await openQueue(url, { env: ENV });
  onTestFinished(() => queue.close());
  return queue.openReader({ from: { kind: 'beginning' }, consume: true, onDeliveries, name: 'lies' });
}

/** An exception that is not caught would fail the test, too. */
test.each([
  ['a body that is a number', { Messages: [{ ...MESSAGE, Body: 5 }] }],
  ['a body that is an object', { Messages: [{ ...MESSAGE, Body: { a: 1 } }] }],
  ['no body', { Messages: [{ ...MESSAGE, Body: null }] }],
  ['no receipt handle', { Messages: [{ ...MESSAGE, ReceiptHandle: null }] }],
  ['a message group that is an object', { Messages: [{ ...MESSAGE, Attributes: { MessageGroupId: {} } }] }],
  [
    'a receive count that is a word',
    { Messages: [{ ...MESSAGE, Attributes: { ApproximateReceiveCount: 'x' } }] },
  ],
  ['a message that is null', { Messages: [null] }],
  ['messages that are a text', { Messages: 'hello' }],
])('a reader does not trust an answer with %s', async (_, received) => {
  const deliveries: Delivery[] = [];
  const liar = await startLiar(received);
  const reader = await openReader(liar.url, (arrived) => void deliveries.push(...arrived));
  const enough = new AbortController();
  const draining = reader.drain(inMs(60_000), enough.signal);
  let isOver = false;
  const drained = draining.finally(() => (isOver = true));
  await until('some polls', () => isOver || liar.polls() >= ENOUGH_POLLS);
  enough.abort();
  const drain = await drained;
  await reader.close();
  expect(drain).toMatchObject({ complete: false });
  expect(drain).toHaveProperty('reason', expect.stringContaining('check that it is SQS'));
  expect(deliveries).toEqual([]);
});

test('a reader accepts numbers where AWS writes their digits', async () => {
  const Attributes = { SentTimestamp: 1_795_446_132_123, ApproximateReceiveCount: 2, MessageGroupId: 7 };
  const deliveries: Delivery[] = [];
  const { url } = await startLiar({ Messages: [{ ...MESSAGE, Attributes, MessageAttributes: null }] });
  const reader = await openReader(url, (arrived) => void deliveries.push(...arrived));
  const [first] = await until('a message', () => (deliveries.length > 0 ? deliveries : null));
  await reader.close();
  expect(first).toMatchObject({ value: Buffer.from('hello'), key: Buffer.from('7'), redelivered: true });
});

const HTML = { 'Content-Type': 'text/html' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const PAGE = '<html>Welcome</html>';

test.each([
  [
    'a redirect',
    [302, { ...HTML, Location: 'https://login.example/start?token=secret' }, PAGE],
    '302 (text/html, redirect to https://login.example/start)',
  ],
  ['a page', [200, HTML, PAGE], '200 (text/html)'],
  ['an error page', [404, HTML, PAGE], '404 (text/html)'],
  ['an empty error', [503, {}, ''], '503 (no content type)'],
  ['an error without a code', [404, JSON_TYPE, '{"error":"x"}'], '404 (application/json)'],
  ['an error of a gateway', [404, JSON_TYPE, '{"message":"no route"}'], '404 (application/json, no route)'],
] as const)('a queue that answers with %s is described by this answer', async (_, answer, expected) => {
  const [status, headers, body] = answer;
  const url = await serving((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  const queue = await openQueue(url, { env: ENV });
  onTestFinished(() => queue.close());
  await expect(queue.prepare()).rejects.toThrow(
    `the server answered ${expected}, but qbl expected JSON from SQS`,
  );
});
