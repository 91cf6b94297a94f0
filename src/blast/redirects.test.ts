import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Request } from '../plan/plan.ts';
import { readTrace } from '../runs/rows/trace.ts';
import { openTrace } from '../runs/rows/trace-writer.ts';
import { type Assertion, TEST_TYPE } from '../samples/assertions/assertion.ts';
import { groupTo, planOf, requestTo, TestBed } from './testing/test-bed.ts';

const bed = new TestBed();
afterEach(() => bed.cleanUp());

/** Starts a server that redirects `/first` to a location. It answers all other paths with a status and a text. */
async function redirectTo(location: string, status = 200, text = 'the last answer'): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/first') response.writeHead(302, { location }).end('the first answer');
    else response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bed.onCleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/first`;
}

/** Sends one request, and returns its row and the traced requests. */
async function send(url: string, request: Partial<Request> = {}, loops = 1, limit = 100) {
  const folder = { id: 'run', path: await bed.folder() };
  const trace = await openTrace(folder, limit);
  const requests = [requestTo(url, { followRedirects: true, ...request })];
  const { rows } = await bed.run(planOf([groupTo(url, { loops, requests })]), { trace });
  await trace.close();
  return { rows, traced: (await readTrace(folder)) ?? [] };
}

function expecting(field: 'code' | 'body', pattern: string): Assertion {
  const { substring } = TEST_TYPE;
  return {
    kind: 'response',
    patterns: [pattern],
    field,
    testType: substring,
    assumesSuccess: false,
    message: '',
  };
}

it('a trace shows the last request of a redirected sample with the response to this request', async () => {
  const url = await redirectTo('/second', 500);
  const { traced } = await send(url);
  const [sample] = traced;
  expect(traced).toHaveLength(1);
  expect(sample).toMatchObject({
    success: false,
    sent: { method: 'GET', url: new URL('/second', url).href, body: null },
    received: { status: 500, body: { text: 'the last answer' } },
  });
  expect(sample?.sent.headers.map(([name]) => name)).not.toContain('content-length');
});

it('a trace counts redirected samples among the failures, because their messages may be lost', async () => {
  const { traced } = await send(await redirectTo('/second'), {}, 3, 2);
  expect(traced).toHaveLength(2);
  expect(traced[0]).toMatchObject({ success: true, outcome: 'indeterminate', received: { status: 200 } });
});

it('assertions see only the last response', async () => {
  const url = await redirectTo('/second');
  const { rows } = await send(url, { assertions: [expecting('body', 'last'), expecting('code', '200')] });
  expect(rows).toMatchObject([{ success: true, failureMessage: '' }]);
});

it('assertions see the exception of a redirect that fails, and not the response before it', async () => {
  const url = await redirectTo('other:place');
  const { rows, traced } = await send(url, {
    assertions: [expecting('body', 'java.net.MalformedURLException'), expecting('code', '302')],
  });
  expect(rows).toMatchObject([
    {
      responseMessage: 'Non HTTP response message: unknown protocol: other',
      success: false,
      failureMessage: 'Test failed: code expected to contain /302/',
    },
  ]);
  expect(traced).toMatchObject([{ received: { status: 302 } }]);
});

it('follows at most 20 redirects', async () => {
  const url = await redirectTo('/first');
  const { rows } = await send(url, { assertions: [expecting('code', '302')] });
  expect(rows).toMatchObject([
    {
      responseCode: 'Non HTTP response code: java.io.IOException',
      responseMessage: 'Non HTTP response message: Exceeded maximum number of redirects: 20',
      failureMessage: 'Test failed: code expected to contain /302/',
      outcome: 'indeterminate',
    },
  ]);
});

it('a redirect has the type that a header names, but not the type of the multipart body before it', async () => {
  const headers = { 'Content-Type': 'text/plain', 'X-Own': '1' };
  const { traced } = await send(await redirectTo('/second'), {
    headers,
    bodyType: 'multipart/form-data; boundary=b',
  });
  const names = traced[0]?.sent.headers.slice(1);
  expect(names).toEqual(Object.entries(headers));
});

it('ends with an error at a redirect that the HTTP client of JMeter would follow', async () => {
  const request = { redirectsAutomatically: true } as const;
  const url = await redirectTo('/second');
  const sent = (to: string) => bed.run(planOf([groupTo(to, { requests: [requestTo(to, request)] })]));
  const { rows } = await sent(new URL('/second', url).href);
  expect(rows).toMatchObject([{ responseCode: '200', success: true }]);
  await expect(sent(url)).rejects.toThrow(
    "request 'POST /send': the server redirects the request, but qbl does not follow automatic redirects",
  );
});
