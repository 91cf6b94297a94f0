import { afterEach, expect, test } from 'vitest';
import { isTracedFailure } from '../../runs/rows/trace.ts';
import { type Answer, TestBed } from '../testing/test-bed.ts';
import { traceOf as tracedBy } from '../testing/traced.ts';

const bed = new TestBed();
afterEach(() => bed.cleanUp());
const traceOf = tracedBy.bind(null, bed);

test('keeps a request and its response in full', async () => {
  const [sample] = await traceOf(
    (response) => {
      response.writeHead(200, 'Fine', { 'X-Answer': 'forty-two' });
      response.write('first ');
      response.end('second ñ');
    },
    { headers: { 'X-Question': 'six by seven' } },
  );
  const body = '{"run":"run","group":1,"thread":1,"loop":1,"request":1}';
  expect(sample).toMatchObject({
    thread: 'users 1-1',
    loop: 1,
    request: 1,
    label: 'POST /send',
    outcome: 'acked',
    success: true,
    failure: null,
    sent: { method: 'POST', body: { text: body, bytes: body.length } },
    received: { status: 200, reason: 'Fine', body: { text: 'first second ñ', bytes: 15 } },
  });
  expect(sample?.sent.headers).toContainEqual(['X-Question', 'six by seven']);
  expect(sample?.received?.headers).toContainEqual(['X-Answer', 'forty-two']);
});

test('keeps the first failures and successes, up to the limit', async () => {
  const answer: Answer = (response, { loop }) => {
    response.statusCode = loop % 2 === 0 ? 500 : 200;
    response.end(`loop ${loop}`);
  };
  const trace = await traceOf(answer, { loops: 12, limit: 3 });
  const texts = (failed: boolean) =>
    trace.filter((sample) => isTracedFailure(sample) === failed).map(({ received }) => received?.body.text);
  expect(texts(false)).toEqual(['loop 1', 'loop 3', 'loop 5']);
  expect(texts(true)).toEqual(['loop 2', 'loop 4', 'loop 6']);
});

test('cuts a long body and records its length', async () => {
  const [sample] = await traceOf((response) => response.end('x'.repeat(100_000)));
  expect(sample?.received?.body).toEqual({ text: 'x'.repeat(16_384), bytes: 100_000 });
});

test('shows replacement characters for bytes that are not UTF-8', async () => {
  const [sample] = await traceOf((response) => response.end(Buffer.from([0x61, 0xff, 0x00, 0x62])));
  expect(sample?.received?.body).toEqual({ text: 'a\ufffd\u0000b', bytes: 4 });
});

test('masks credentials and named headers in requests and responses', async () => {
  const trace = await traceOf(
    (response) => {
      response.writeHead(401, {
        'Set-Cookie': 'session=secret-1',
        'X-Customer': 'secret-2',
        'X-Open': 'open',
      });
      response.end();
    },
    {
      headers: {
        Authorization: 'secret-3',
        'Proxy-Authorization': 'secret-4',
        Cookie: 'secret-5',
        'x-customer': 'secret-6',
        'X-Open': 'open',
      },
      redact: ['X-CUSTOMER'],
    },
  );
  expect(JSON.stringify(trace)).not.toContain('secret-');
  expect(trace[0]?.sent.headers).toContainEqual(['x-customer', '***']);
  expect(trace[0]?.sent.headers).toContainEqual(['X-Open', 'open']);
  expect(trace[0]?.received?.headers).toContainEqual(['Set-Cookie', '***']);
});

test('records a response that breaks off as a failure with the part that arrived', async () => {
  const [sample] = await traceOf((response) => {
    response.writeHead(500, { 'Content-Length': '100' });
    response.write('half', () => response.destroy());
  });
  expect(sample).toMatchObject({
    outcome: 'indeterminate',
    received: { status: 500, body: { text: 'half' } },
  });
  expect(sample?.failure).toMatch(/\S/);
});

test('records only the reason if no response arrived', async () => {
  const [sample] = await traceOf((response) => response.destroy());
  expect(sample).toMatchObject({ success: false, received: null });
  expect(sample?.failure).toMatch(/\S/);
});
