import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { type Parts, startParts } from '../support/by-hand.ts';
import { freePort } from '../support/free-port.ts';
import { childrenOf, untilGone } from '../support/processes.ts';
import { type QblOptions, qbl, startQbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome } from './jmeter.ts';

const RUN = 'mine';
const PLAN = fileURLToPath(new URL('../../plans/stress.jmx', import.meta.url));
const DEADLINE_MS = 120_000;

/** Characters with a special meaning in JMeter's language, JSON or XML. */
const AWKWARD = [
  'quote \\" back\\\\slash \\\\\\\\ comma, dollar $ $$ \\u0024{x} \\u0024{__time()} ) ( }{ ]]> <!-- & <a>',
  'ñ 漢字 😀 \\n\\r\\t\\u0000\\u001f \\ufffe\\uffff\\u2028 $',
];
const AWKWARD_PLAN = `
name: 'Awkward \${thread} & <plan> \\ , )'
threadGroups:
  - name: 'Grüppe \\ 1-1 & <a>'
    threads: 3
    loops: 4
    requests:
      - name: 'Uno \\d , '' " <é>'
        url: URL
        headers: { Content-Type: application/json, X-Odd: 'a\\b , "' }
        body: '{"z":"${AWKWARD.join('')}","t":"$\${thread}\\\\\${loop}\\\\","":[{"k":"\${uuid} \${uuid}"},1.50,null],"n":\${now}}'
      - { name: Dos, url: URL, headers: { Content-Type: application/json }, body: '{}' }
  - name: Second
    threads: 2
    loops: 2
    requests:
      - { name: Tres, url: URL, headers: { Content-Type: application/json }, body: '{"run":"\${run}","thread":\${thread}}' }
`;

describeWith(['java', 'mvn'], 'qbl jmeter', () => {
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    env = { JMETER_HOME: await jmeterHome() };
  });

  const options = (folder: string): QblOptions => ({ folder, env, deadlineMs: DEADLINE_MS });
  const jmeter = ({ folder, queue, url }: Pick<Parts, 'folder' | 'queue' | 'url'>, ...args: string[]) =>
    qbl(['jmeter', '--run', RUN, '--queue', queue, '--url', url, ...args], options(folder));

  test("sends the plan, and verify judges it like blast's", async () => {
    const parts = await startParts(await tempFolder());
    const { folder } = parts;
    const size = ['--threads', '20', '--loops', '5'];
    const sent = await jmeter(parts, ...size, '--header', 'Authorization: s3cret', '--report', '--json');
    expect(sent.code, sent.stderr).toBe(0);
    expect(JSON.parse(sent.stdout)).toMatchObject({ run: RUN, statistics: { samples: 100, acked: 100 } });
    expect(recordOf(await qbl(['verify', '--json'], { folder }))).toMatchObject({
      verdict: 'pass',
      sent: 100,
      received: 100,
      corrupt: 0,
      enriched: 0,
      foreign: 0,
    });
    expect(await readRunFile(folder, 'samples.jtl')).toMatch(`${JTL_HEADER}\n`);
    expect(await readRunFile(folder, 'apache-jmeter.log')).not.toMatch(/ (WARN|ERROR) /);
    const statistics = JSON.parse(await readRunFile(folder, join('dashboard', 'statistics.json')));
    expect(statistics['Total']).toMatchObject({ sampleCount: 100, errorCount: 0 });
    expect(await readRunFile(folder, join('dashboard', 'index.html'))).toContain('Apache JMeter Dashboard');
    for (const name of ['run.json', 'apache-jmeter.log']) {
      expect(await readRunFile(folder, name)).not.toContain('s3cret');
    }
  });

  test('keeps every character of a body, in several requests and groups', async () => {
    const parts = await startParts(await tempFolder());
    const { folder, url } = parts;
    await writeFile(join(folder, 'awkward.yaml'), AWKWARD_PLAN.replaceAll('URL', url));
    const sent = await jmeter(parts, '--plan', 'awkward.yaml');
    expect(sent.code, sent.stderr).toBe(0);
    expect(recordOf(await qbl(['verify', '--json'], { folder }))).toMatchObject({
      verdict: 'pass',
      sent: 28,
      received: 28,
      corrupt: 0,
      enriched: 0,
    });
    expect(await readRunFile(folder, 'apache-jmeter.log')).not.toMatch(/ (WARN|ERROR) /);
  });

  test('qbl run --with jmeter sends with JMeter', async () => {
    const folder = await tempFolder();
    const args = ['run', '--with', 'jmeter', '--threads', '5', '--loops', '4', '--json'];
    const ended = await qbl(args, options(folder));
    expect(ended.code, ended.stderr).toBe(0);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', received: 20, latencySource: 'received' });
  });

  test('renders a file that JMeter runs by itself, and verify accepts its results', async () => {
    const parts = await startParts(await tempFolder());
    const { folder, queue, url } = parts;
    const { hostname, port } = new URL(url);
    const properties = [`-Jhost=${hostname}`, `-Jport=${port}`, '-Jthreads=3', '-Jloops=2', '-JrampUp=1'];
    const jar = join(env['JMETER_HOME'] ?? '', 'bin', 'ApacheJMeter.jar');
    const args = [
      '-Djava.awt.headless=true',
      '-jar',
      jar,
      '-n',
      '-t',
      PLAN,
      '-j',
      'jmeter.log',
      ...properties,
    ];
    await promisify(execFile)('java', args, { cwd: folder });
    expect(await readFile(join(folder, 'jmeter.log'), 'utf8')).not.toMatch(/ (WARN|ERROR) /);
    const [results = ''] = (await readdir(folder)).filter((name) => /^jmeter-[\d-]+\.jtl$/.test(name));
    const verify = [
      'verify',
      '--jtl',
      results,
      '--run',
      results.replace('.jtl', ''),
      '--queue',
      queue,
      '--json',
    ];
    const record = recordOf(await qbl(verify, { folder }));
    expect(record).toMatchObject({ verdict: 'pass', sent: 6, received: 6, corrupt: 0 });
  });

  test('reports rejected messages if nothing listens at the target', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    const ended = await jmeter(
      { folder, url, queue: 'kafka://localhost:9092/t' },
      '--threads',
      '2',
      '--loops',
      '3',
    );
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^rejected +6 /m);
    expect(JSON.parse(await readRunFile(folder, 'run.json')).end).toMatchObject({
      reason: 'completed',
      samples: 6,
    });
  });

  test('sends no more messages than the schedule allows', async () => {
    const { url, received } = await startSink(0);
    const folder = await tempFolder();
    const threads = 8;
    const rate = [
      '--rate',
      '40',
      '--rate-tolerance',
      '100%',
      '--duration',
      '2s',
      '--threads',
      String(threads),
      '--allow-errors',
    ];
    const ended = await jmeter({ folder, url, queue: 'kafka://localhost:9092/t' }, ...rate);
    expect(ended.code, ended.stderr).toBe(0);
    expect(received()).toBeGreaterThan(0);
    // JMeter shortens a pause at the end of the duration, and may check the clock a millisecond before it.
    expect(received()).toBeLessThanOrEqual(80 + threads);
  });

  /** Starts sending and stops it with one or two Ctrl-C. */
  const stopped = async (delayMs: number, times: 1 | 2) => {
    const { url, received } = await startSink(delayMs);
    const folder = await tempFolder();
    const args = ['--url', url, '--threads', '4', '--loops', '100000', '--timeout', '2m'];
    const running = startQbl(['jmeter', '--run', RUN, ...args], options(folder));
    await until('requests', () => received() >= 4, DEADLINE_MS);
    running.signal('SIGINT');
    await running.line(/^stopping/m);
    // A second SIGINT that comes too soon would not count.
    if (times === 2) running.signal('SIGTERM');
    const { code } = await running.ended;
    const { end } = JSON.parse(await readRunFile(folder, 'run.json'));
    const rows = (await readRunFile(folder, 'samples.jtl')).trimEnd().split('\n').slice(1);
    return { code, end, rows, received: received() };
  };

  test('finishes requests in flight at the first Ctrl-C', async () => {
    const { code, end, rows, received } = await stopped(200, 1);
    expect(code).toBe(130);
    expect(end).toMatchObject({ reason: 'stopped', samples: received });
    expect(rows.filter((row) => row.includes(',200,'))).toHaveLength(received);
  });

  test('aborts requests in flight at the second Ctrl-C', async () => {
    const { code, end, rows, received } = await stopped(60_000, 2);
    expect(code).toBe(130);
    expect(end).toMatchObject({ reason: 'interrupted', samples: received });
    expect(rows.filter((row) => row.includes('Non HTTP response code'))).toHaveLength(received);
  });

  test('ends JMeter when qbl itself is killed', async () => {
    const { url, received } = await startSink(100);
    const folder = await tempFolder();
    const args = ['jmeter', '--url', url, '--threads', '4', '--loops', '100000'];
    const running = startQbl(args, options(folder));
    await until('requests', () => received() >= 4, DEADLINE_MS);
    const children = await childrenOf(running.pid);
    running.signal('SIGKILL');
    await untilGone(children);
    expect(children.length).toBeGreaterThan(0);
  });

  test('records no end if JMeter was killed, so the verdict is unknown', async () => {
    const parts = await startParts(await tempFolder());
    const { folder, queue, url } = parts;
    const args = [
      'jmeter',
      '--run',
      RUN,
      '--queue',
      queue,
      '--url',
      url,
      '--threads',
      '4',
      '--loops',
      '100000',
    ];
    const running = startQbl(args, options(folder));
    await until(
      'samples',
      async () => (await readRunFile(folder, 'samples.jtl')).split('\n').length > 50,
      DEADLINE_MS,
    );
    for (const child of await childrenOf(running.pid)) process.kill(child, 'SIGKILL');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(4);
    expect(ended.stderr).toContain('JMeter ended with a signal');
    expect(JSON.parse(await readRunFile(folder, 'run.json')).end).toBeNull();
    const record = recordOf(await qbl(['verify', '--json'], { folder }));
    expect(record).toMatchObject({ verdict: 'unknown', lost: 0, corrupt: 0 });
  });
});

/** Returns an empty text while the file does not exist. */
function readRunFile(folder: string, name: string): Promise<string> {
  return readFile(runFile(folder, RUN, name), 'utf8').catch(() => '');
}

/** A server that answers 200 after this delay. It is closed when the test ends. */
async function startSink(delayMs: number): Promise<{ url: string; received: () => number }> {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      received++;
      setTimeout(() => response.end(), delayMs).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}/send`, received: () => received };
}
