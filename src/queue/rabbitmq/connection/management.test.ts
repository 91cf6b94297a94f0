import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ManagementApi } from './management.ts';

/** A server that answers like the management API, and the requests that it got. */
async function serverWith(answer: (response: ServerResponse) => void) {
  const requests: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url, headers }, response) => {
    requests.push({ url, headers });
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rabbit/`);
  const settings = { url, username: 'shop', password: 'se:cret', tls: {} };
  return { requests, api: new ManagementApi(settings, { vhost: '/', queue: 'orders/new' }) };
}

const answering = (status: number, body: string) =>
  serverWith((response) => response.writeHead(status).end(body));

test('asks for the queue with the credentials, and returns its unacknowledged messages', async () => {
  const { api, requests } = await answering(200, '{"messages_unacknowledged":7,"messages":9}');
  expect(await api.unacknowledged()).toBe(7);
  expect(requests[0]?.url).toBe('/rabbit/api/queues/%2F/orders%2Fnew');
  expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa('shop:se:cret')}`);
});

test('a new queue has no figures yet', async () => {
  expect(await (await answering(200, '{"name":"orders"}')).api.unacknowledged()).toBeNull();
});

test.each([
  [200, 'no JSON', 'something other than the figures'],
  [200, '[7]', 'something other than the figures'],
  [200, '{"messages_unacknowledged":-1}', 'something other than the figures'],
  [200, '{"messages_unacknowledged":"7"}', 'something other than the figures'],
  [200, '1'.repeat(5 * 1024 * 1024), 'is too large'],
  [401, '', 'answered 401: the user is not known'],
  [404, '', 'answered 404: the API does not know the queue'],
  [503, '', 'answered 503'],
])('an answer %i %.30s is an error', async (status, body, reason) => {
  await expect((await answering(status, body)).api.unacknowledged()).rejects.toThrow(reason);
});

test('an API that never answers is an error', async () => {
  const { api } = await serverWith(() => {});
  await expect(api.unacknowledged()).rejects.toThrow('the management API does not answer');
});
