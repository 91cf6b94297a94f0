import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { headerManager, jmx, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';

/** A server that redirects `/first?to=URL` to the URL, and answers all other paths. */
async function startServer(): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    requests.push(await described(request));
    answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

async function described(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, url, headers } = request;
  const type = headers['content-type'] ?? 'no type';
  return `${method} ${url} ${headers['x-own']} ${type} ${Buffer.concat(chunks)}`.trim();
}

function answer(path: string, response: ServerResponse): void {
  const [, location] = /^\/first\?to=(.*)$/.exec(path) ?? [];
  if (location === undefined) response.end('fine');
  else response.writeHead(302, { Location: location }).end();
}

async function blast(
  url: string,
  followRedirects: boolean,
  method = 'POST',
): Promise<Record<string, string>[]> {
  const folder = await tempFolder();
  const request = sampler({
    body: '{}',
    properties: {
      'HTTPSampler.path': url,
      'HTTPSampler.follow_redirects': followRedirects,
      'HTTPSampler.method': method,
    },
    under: [headerManager({ 'X-Own': 'own' })],
  });
  await writeFile(join(folder, 'plan.jmx'), jmx(threadGroup({ loops: 2, under: [request] })));
  const options = ['--plan', 'plan.jmx', '--run', 'mine', '--no-identity', '--allow-errors'];
  const ended = await qbl(['blast', ...options], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  return parse(await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8'), { columns: true });
}

test('a redirect is followed to another server, as one sample whose outcome is unknown', async () => {
  const [first, second] = [await startServer(), await startServer()];
  const rows = await blast(`${first.url}/first?to=${second.url}/second`, true);
  const expected = {
    responseCode: '200',
    success: 'true',
    URL: `${second.url}/second`,
    outcome: 'indeterminate',
  };
  expect(rows).toMatchObject([expected, expected]);
  const post = `POST /first?to=${second.url}/second own text/plain; charset=UTF-8 {}`;
  expect(first.requests).toEqual([post, post]);
  expect(second.requests).toEqual(['GET /second own no type', 'GET /second own no type']);
});

test('a redirected GET with a message does not prove an ack, because the last request has no message', async () => {
  const first = await startServer();
  const [row] = await blast(`${first.url}/first?to=?again`, true, 'GET');
  expect(row).toMatchObject({ responseCode: '200', URL: `${first.url}/?again`, outcome: 'indeterminate' });
  expect(first.requests.slice(0, 2)).toEqual([
    'GET /first?to=?again own text/plain; charset=UTF-8 {}',
    'GET /?again own no type',
  ]);
});

test('a redirect to a server that cannot be reached does not prove that the message was rejected', async () => {
  const first = await startServer();
  const [row] = await blast(`${first.url}/first?to=http://127.0.0.1:1/`, true);
  expect(row).toMatchObject({
    responseCode: 'Non HTTP response code: org.apache.http.conn.HttpHostConnectException',
    outcome: 'indeterminate',
  });
});

test('a redirect to another protocol fails without the location in the sample', async () => {
  const first = await startServer();
  const [row] = await blast(`${first.url}/first?to=other:secret`, true);
  expect(row).toMatchObject({
    responseMessage: 'Non HTTP response message: unknown protocol: other',
    success: 'false',
  });
});

test('qbl jmeter does not write a plan again that follows redirects, but can run the file unchanged', async () => {
  const folder = await tempFolder();
  const request = sampler({ properties: { 'HTTPSampler.follow_redirects': true } });
  await writeFile(join(folder, 'plan.jmx'), jmx(threadGroup({ under: [request] })));
  const ended = await qbl(['jmeter', '--plan', 'plan.jmx', '--timeout', '2s'], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('Send: its redirects: qbl cannot see');
  expect(ended.stderr).toContain('Or use qbl jmeter without options that change the requests');
});

test('a redirect ends the run with an error if the HTTP client of JMeter would follow the redirect', async () => {
  const folder = await tempFolder();
  const first = await startServer();
  const properties = {
    'HTTPSampler.path': `${first.url}/first?to=/second`,
    'HTTPSampler.auto_redirects': true,
  };
  await writeFile(join(folder, 'plan.jmx'), jmx(threadGroup({ loops: 3, under: [sampler({ properties })] })));
  const ended = await qbl(['blast', '--plan', 'plan.jmx', '--run', 'mine'], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('qbl does not follow automatic redirects');
  expect(first.requests).toHaveLength(1);
  expect(JSON.parse(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8'))).toMatchObject({
    end: null,
  });
});

test('a redirect is not followed without follow_redirects', async () => {
  const first = await startServer();
  const [row] = await blast(`${first.url}/first?to=/second`, false);
  expect(row).toMatchObject({ responseCode: '302', success: 'true' });
  expect(first.requests).toHaveLength(2);
});
