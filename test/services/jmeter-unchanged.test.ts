import { readdirSync, statSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Got, judgedBehind } from '../any-endpoint.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/**
 * Tests that JMeter runs a test plan unchanged, that qbl finds its messages, and that qbl counts exactly what the test plan
 * sends. The test plan has elements that qbl cannot read.
 */

const DEADLINE_MS = 120_000;
const SHOP = new URL('../fixtures/shop.jmx', import.meta.url);
const FILES = { 'users.csv': 'eva\n' };
/** Messages of the test plan: setUp group, 2 threads with 2 loops of 6 messages, other group, tearDown group. */
const SENT = 1 + 2 * 2 * 6 + 1 + 1;
/** Requests without a message: GET in each loop, and DELETE. */
const OTHERS = 2 * 2 + 1;
/** Rows of transactions: one in each loop. */
const TRANSACTIONS = 2 * 2;

const AT_ENDPOINT = ['-Jhost=127.0.0.1', '-Jport=PORT'];

const withIdentity = ({ headers, body }: Pick<Got, 'headers' | 'body'>) => ({
  value: body,
  headers: { 'qbl-id': String(headers['qbl-id']) },
});

describeWith(['java', 'mvn'], 'a test plan that JMeter runs unchanged', () => {
  let env: NodeJS.ProcessEnv;
  let shop: string;
  beforeAll(async () => {
    env = { JMETER_HOME: await jmeterHome(), JVM_ARGS: SHORT_JVM.join(' ') };
    shop = await readFile(SHOP, 'utf8');
  });

  test.each([
    ['loses, damages and duplicates nothing', () => true, { verdict: 'pass', received: SENT, lost: 0 }],
    ['loses one message', (sent: number) => sent !== 7, { verdict: 'fail', received: SENT - 1, lost: 1 }],
  ])('is judged by its tokens behind an endpoint that %s', async (_, keeps, expected) => {
    const got: Got[] = [];
    let sent = 0;
    const toMessages = (request: Got) => {
      got.push(request);
      if (request.headers['qbl-id'] === undefined) return [];
      return keeps(++sent) ? [withIdentity(request)] : [];
    };
    const options = { sender: ['jmeter', ...AT_ENDPOINT], env, files: FILES, rules: ['--exactly-once'] };
    const { record } = await judgedBehind(toMessages, shop, options);
    expect(record).toMatchObject({ ...expected, acked: SENT, duplicated: 0, unexpected: 0, foreign: 0 });
    const methods = got.map(({ method, headers }) => `${method} ${headers['qbl-id'] !== undefined}`);
    expect(new Set(methods)).toEqual(
      new Set(['POST true', 'PUT true', 'PATCH true', 'GET false', 'DELETE false']),
    );
    expect(got.some(({ body }) => body.includes('"user": "eva"'))).toBe(true);
    expect(got.filter(({ body }) => body.includes('"user": "ann"'))).toHaveLength(1);
  });

  test('is run and verified by qbl run --with jmeter', async () => {
    const sender = ['run', '--with', 'jmeter', ...AT_ENDPOINT];
    const { record } = await judgedBehind(
      (request) => (request.headers['qbl-id'] === undefined ? [] : [withIdentity(request)]),
      shop,
      { sender, env, files: FILES },
    );
    expect(record).toMatchObject({ verdict: 'pass', acked: SENT, received: SENT });
  });

  /** Sends the test plan to a server that only answers. */
  const sent = async (text: string, onRequest: (folder: string) => Answer | undefined, ...args: string[]) => {
    const folder = await tempFolder();
    const port = await startSink(() => onRequest(folder));
    await writeFile(join(folder, 'shop.jmx'), text);
    await writeFile(join(folder, 'users.csv'), 'eva\n');
    const command = ['jmeter', '--plan', 'shop.jmx', '--run', 'mine', '-Jhost=127.0.0.1', `-Jport=${port}`];
    const ended = await qbl([...command, ...args], { folder, env, deadlineMs: DEADLINE_MS });
    return { folder, ended };
  };

  test('has its own rows, and leaves neither a copy nor a secret in a file', async () => {
    const secret = 'hunter2-and-nobody-else';
    const copies = new Set<string>();
    const noteCopy = (folder: string): undefined => {
      for (const name of readdirSync(folder).filter((each) => each.includes('qbl-mine')))
        copies.add(`${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`);
    };
    const text = shop.replaceAll('/orders<', '/orders?api_key=${__P(secret)}<');
    const { folder, ended } = await sent(text, noteCopy, `-Jsecret=${secret}`);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('the header qbl-id has the identity of 8 of 10 HTTP requests');
    expect([...copies]).toEqual(['.shop.qbl-mine.jmx 600']);
    expect((await readdir(folder)).sort()).toEqual(['runs', 'shop.jmx', 'users.csv']);
    for (const name of await readdir(join(folder, 'runs', 'mine')))
      expect(await readFile(runFile(folder, 'mine', name), 'utf8'), name).not.toContain(secret);
    const rows: { label: string; threadName: string; 'qbl.place': string }[] = parse(
      await readFile(runFile(folder, 'mine', 'samples.jtl')),
      {
        columns: true,
      },
    );
    const places = rows.map((row) => row['qbl.place']);
    expect(places.filter((place) => place === 'null')).toHaveLength(2 * 2 + 1);
    expect(new Set(places.filter((place) => place !== 'null')).size).toBe(SENT);
    expect(rows).toHaveLength(SENT + OTHERS + TRANSACTIONS);
    const placeOf = (label: string, thread: string) =>
      rows.find((row) => row.label === label && row.threadName === thread)?.['qbl.place'];
    expect(placeOf('Prepare', 'Users 1-1'), 'the setUp group').toBe('1-1-1');
    expect(placeOf('Order', 'Users 1-2')).toBe('2-2-1');
    expect(placeOf('Order', 'More users 2-1')).toBe('3-1-1');
    expect(placeOf('Clean up', 'Users 1-1'), 'the tearDown group').toBe('4-1-1');
    const all = await readFile(runFile(folder, 'mine', 'jmeter.jtl'), 'utf8');
    expect(all).toMatch(/,Debug,/);
  });

  test('has an unknown outcome for a message whose request JMeter redirected', async () => {
    let requests = 0;
    const redirectFirst = () =>
      ++requests === 1 ? { status: 302, headers: { Location: '/login' } } : undefined;
    const { folder, ended } = await sent(shop, redirectFirst, '--allow-errors');
    expect(ended.code, ended.stderr).toBe(0);
    const [, first] = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8')).split('\n');
    expect(first).toMatch(/,Prepare,202,Accepted,.*,1-1-1-redirected$/);
    const { statistics } = JSON.parse(await readFile(runFile(folder, 'mine', 'summary.json'), 'utf8'));
    expect(statistics).toMatchObject({ acked: SENT + OTHERS - 1 });
  });

  test('has the load of the options, if it has one thread group', async () => {
    const one = shop.replace('testname="More users" enabled="true"', 'testname="More users" enabled="false"');
    const { folder, ended } = await sent(one, () => undefined, '--threads', '3', '--loops', '1');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('JMeter runs shop.jmx unchanged, except for the load; ');
    const { statistics } = JSON.parse(await readFile(runFile(folder, 'mine', 'summary.json'), 'utf8'));
    // The setUp group and the tearDown group keep their load. Each loop has 6 messages, GET, and a transaction, which is no request.
    expect(statistics).toMatchObject({ acked: 1 + 3 * (6 + 1) + 2, failed: 0 });

    // The loops have no end then, so only the duration ends the run.
    const timed = await sent(one, () => undefined, '--threads', '1', '--duration', '1s');
    expect(timed.ended.code, timed.ended.stderr).toBe(0);
  });

  test('is not run with options that change its requests, and the error names them', async () => {
    const { ended } = await sent(shop, () => undefined, '--url', 'http://127.0.0.1:9/', '--threads', '2');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      'With --url, qbl must read the test plan. Without --url, JMeter runs shop.jmx unchanged',
    );
  });

  test('is stopped by Ctrl-C, and the run says so', async () => {
    const endless = shop.replaceAll(/(LoopController.loops">)2</g, '$1-1<');
    const folder = await tempFolder();
    let received = 0;
    const port = await startSink(() => {
      received++;
      return undefined;
    });
    await writeFile(join(folder, 'shop.jmx'), endless);
    await writeFile(join(folder, 'users.csv'), 'eva\n');
    const command = ['jmeter', '--plan', 'shop.jmx', '--run', 'mine', '-Jhost=127.0.0.1', `-Jport=${port}`];
    const running = startQbl(command, { folder, env, deadlineMs: DEADLINE_MS });
    await until('requests', () => received >= 20, DEADLINE_MS);
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(130);
    const { end } = JSON.parse(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8'));
    expect(end).toMatchObject({ reason: 'stopped' });
    expect(await readdir(folder)).not.toContain('.shop.qbl-mine.jmx');
  });

  test('names the class that JMeter lacks, and leaves no run', async () => {
    const plugIn = shop.replace(
      '<hashTree>\n      <HeaderManager',
      '<hashTree>\n<kg.apc.jmeter.samplers.DummySampler testname="Dummy" enabled="true"/><hashTree/>\n      <HeaderManager',
    );
    expect(plugIn).not.toBe(shop);
    const { folder, ended } = await sent(plugIn, () => undefined);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain(
      'error: JMeter could not load the test plan: CannotResolveClassException: kg.apc.jmeter.samplers.DummySampler\n',
    );
    expect(await readdir(join(folder, 'runs')).catch(() => [])).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('loses no identity without a sign: a script that removes it breaks the run off', async () => {
    const broken = shop.replace('vars.put("user", "ann")', 'ctx.getThread().setThreadName("no numbers")');
    const { folder, ended } = await sent(broken, () => undefined);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('JMeter sent a message without its identity');
    const { end } = JSON.parse(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8'));
    expect(end).toBeNull();
  });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Starts a server that answers 202, unless `onRequest` returns another answer. Resolves with its port. */
async function startSink(onRequest: () => Answer | undefined): Promise<number> {
  const server = createServer((request, response) => {
    const { status, headers } = onRequest() ?? { status: 202, headers: {} };
    request.resume().on('end', () => response.writeHead(status, headers).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}
