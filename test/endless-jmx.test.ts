import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { headerManager, jmx, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

const headers = headerManager({ 'Content-Type': 'application/json' });
const request = (port: number, path: string) =>
  sampler({ properties: { 'HTTPSampler.port': port, 'HTTPSampler.path': path } });
const endless = (port: number) =>
  threadGroup({ name: 'Endless', loops: -1, under: [request(port, '/endless')] });

/** A test plan with a group without an end. */
const endlessPlan = (port: number): string => jmx(headers, endless(port));

/** A test plan with a group without an end, and a group that ends after one request. */
const plan = (port: number): string =>
  jmx(headers, endless(port), threadGroup({ name: 'Once', under: [request(port, '/once')] }));

async function startServer(): Promise<{ port: number; count: (path: string) => number }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, count: (path) => paths.filter((each) => each === path).length };
}

test('blast sends a .jmx without an end until qbl stop ends it', async () => {
  const folder = await tempFolder();
  const { port, count } = await startServer();
  await writeFile(join(folder, 'endless.jmx'), plan(port));
  const blast = startQbl(['blast', '--plan', 'endless.jmx', '--run', 'mine', '--allow-errors'], { folder });
  await until('50 requests', async () => (count('/endless') >= 50 ? true : null));
  expect(await qbl(['stop', 'mine'], { folder })).toMatchObject({ code: 0 });
  expect(await blast.ended).toMatchObject({ code: 0 });
  expect(count('/once')).toBe(1);
});

test('run refuses a .jmx without an end if it must send the plan again', async () => {
  const folder = await tempFolder();
  const { port } = await startServer();
  await writeFile(join(folder, 'endless.jmx'), plan(port));
  const compared = ['run', '--plan', 'endless.jmx', '--service-rate', '9', '--compare', 'direct'];
  expect(await qbl(compared, { folder })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the plan has a thread group without an end'),
  });
});

test('run sends a .jmx without an end until qbl stop ends it', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'endless.jmx'), endlessPlan(1));
  const run = startQbl(['run', '--plan', 'endless.jmx', '--run', 'mine', '--settle', '500ms'], { folder });
  const samples = runFile(folder, 'mine', 'samples.jtl');
  await until('50 samples', async () => {
    const rows = (await readFile(samples, 'utf8').catch(() => '')).split('\n');
    return rows.length >= 50 ? true : null;
  });
  expect(await qbl(['stop', 'mine'], { folder })).toMatchObject({ code: 0 });
  expect(await run.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('PASS') });
});

test('a number of loops gives a .jmx without an end its end', async () => {
  const folder = await tempFolder();
  const { port, count } = await startServer();
  await writeFile(join(folder, 'endless.jmx'), endlessPlan(port));
  const blast = ['blast', '--plan', 'endless.jmx', '--loops', '3'];
  expect(await qbl(blast, { folder })).toMatchObject({ code: 0 });
  expect(count('/endless')).toBe(3);
});
