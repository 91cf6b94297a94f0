import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  authManager,
  cacheManager,
  cookieManager,
  jmx,
  sampler,
  threadGroup,
} from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';

/** Tests of blast with a .jmx file that has managers of cookies, users and caches. */

const OPTIONS = ['--run', 'mine', '--plan', 'plan.jmx', '--no-identity', '--allow-errors'];

/** Starts a server, and returns the start of its URL and the cookies that it got. */
async function serverWith(answer: (response: ServerResponse, cookie: string, url: string) => void) {
  const cookies: string[] = [];
  const server = createServer((request, response) => {
    const { cookie = '' } = request.headers;
    cookies.push(cookie);
    answer(response, cookie, request.url ?? '');
    response.end(`you sent ${cookie} and ${request.headers.authorization}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, cookies };
}

function planFor(port: number, managers: readonly string[], loops = 2, path = '/send'): string {
  const properties = {
    'HTTPSampler.domain': '127.0.0.1',
    'HTTPSampler.port': port,
    'HTTPSampler.path': path,
    'HTTPSampler.follow_redirects': true,
  };
  return jmx(threadGroup({ loops, under: [...managers, sampler({ properties })] }));
}

async function blast(plan: string, ...options: readonly string[]) {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), plan);
  return { folder, ended: await qbl(['blast', ...OPTIONS, ...options], { folder }) };
}

test('no file and no line of output has the values of cookies, users and passwords', async () => {
  const server = await serverWith((response, _, url) => {
    response.setHeader('Set-Cookie', 'session=S3CRETSESSION; path=/');
    if (url !== '/send') return;
    response.statusCode = 302;
    response.setHeader('Location', '/next?page=S3CRETSESSION');
  });
  const user = { url: '', username: 'S3CRETUSER', password: 'S3CRETPASSWORD' };
  const managers = [
    cookieManager([{ name: 'first', value: 'S3CRETFIRST' }]),
    authManager(user),
    cacheManager(),
  ];
  const { folder, ended } = await blast(planFor(server.port, managers), '--trace', '10');
  expect(ended.code, ended.stderr).toBe(0);
  const [first, both] = ['first=S3CRETFIRST', 'first=S3CRETFIRST; session=S3CRETSESSION'];
  expect(server.cookies).toEqual([first, both, both, both]);
  const secrets = /S3CRET|UzNDUk/;
  expect(ended.stdout + ended.stderr).not.toMatch(secrets);
  const run = join(runFile(folder, 'mine', 'run.json'), '..');
  const names = await readdir(run);
  expect(names).toEqual(expect.arrayContaining(['run.json', 'trace.jsonl', 'samples.jtl']));
  for (const name of names) expect(await readFile(join(run, name), 'utf8'), name).not.toMatch(secrets);
  if (process.platform !== 'win32') expect((await stat(join(run, 'run.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(run, 'trace.jsonl'), 'utf8')).toContain('["Cookie","***"]');
});

test('sentBytes counts the cookies', async () => {
  const server = await serverWith((response) => void response.setHeader('Set-Cookie', 'a=12345'));
  const { folder } = await blast(planFor(server.port, [cookieManager()]));
  const [head = '', ...rows] = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8'))
    .trim()
    .split('\n');
  const at = head.split(',').indexOf('sentBytes');
  const [one, other] = rows.map((row) => Number(row.split(',').at(at - head.split(',').length)));
  expect((other ?? 0) - (one ?? 0)).toBe('Cookie: a=12345\r\n'.length);
});

test('a server that sets cookies without an end stops the run', async () => {
  let number = 0;
  const server = await serverWith((response) => {
    response.setHeader('Set-Cookie', `a${number++}=${'x'.repeat(4000)}; path=/other`);
  });
  const { ended } = await blast(planFor(server.port, [cookieManager()], 1000));
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("request 'Send': the server sets too many cookies");
  expect(number).toBeLessThan(100);
});

test('more URLs than the cache manager remembers stop the run', async () => {
  const server = await serverWith((response) => void response.setHeader('ETag', 'e'));
  const plan = planFor(server.port, [cacheManager({ maxSize: 3 })], 10, '/send/${__counter(TRUE)}');
  const { ended } = await blast(plan.replace('>POST<', '>GET<'));
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("request 'Send': the thread has more URLs than the cache manager remembers");
  expect(server.cookies).toHaveLength(4);
});

test.each([
  ['Digest realm="R", nonce="n"', 2],
  ['Basic realm="R"', 0],
  ['Other', 0],
])('a server that asks for %s ends the run with the code %i', async (challenge, code) => {
  const server = await serverWith((response) => {
    response.statusCode = 401;
    response.setHeader('WWW-Authenticate', challenge);
  });
  const { ended } = await blast(
    planFor(server.port, [authManager({ url: '', username: 'u', password: 'p' })]),
  );
  expect(ended.code, ended.stderr).toBe(code);
  const text = "request 'Send': the server does not accept the scheme Basic";
  expect(ended.stderr.includes(text)).toBe(code === 2);
});

test('qbl import and qbl jmeter say that they leave out managers', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), planFor(80, [cookieManager()]));
  const imported = await qbl(['import', 'plan.jmx'], { folder });
  expect(imported.stdout).toContain('The .jmx has managers of cookies, caches or users for this request.');
  const rendered = await qbl(['jmeter', '--plan', 'plan.jmx', '--render', 'new.jmx'], { folder });
  expect(rendered.code).toBe(2);
  expect(rendered.stderr).toContain('Send: its cookies, caches or users: qbl does not write managers');
});
