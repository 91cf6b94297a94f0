import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { freePort } from './support/free-port.ts';
import { connectProducer, storedMessages } from './support/kafka.ts';
import { startLyingProxy } from './support/lying-proxy.ts';
import { childrenOf, isRunning, killPart, untilGone } from './support/processes.ts';
import { type Ended, qbl, type Running, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { recordOf } from './support/verification.ts';

const isWindows = process.platform === 'win32';

/** The lines of standard error that report a failure. */
function errors({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => /error|bug|^\s+at /.test(line));
}

test('passes in an empty folder, and writes all files of the run', async () => {
  const folder = await tempFolder();
  const running = startQbl(['run', '--json'], { folder });
  await running.line(/^tap /m);
  const children = isWindows ? [] : await childrenOf(running.pid);
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(0);

  const record = recordOf(ended);
  const whole = { sent: 1_000, acked: 1_000, rejected: 0, indeterminate: 0, received: 1_000, lost: 0 };
  const none = { duplicated: 0, phantom: 0, unexpected: 0, foreign: 0, corrupt: 0, enriched: 0 };
  const open = { recovered: 0, unresolved: 0, outOfOrder: expect.any(Number) };
  expect(record).toMatchObject({ verdict: 'pass', reasons: [], ...whole, ...none, ...open, drained: true });
  expect(record.latencySource).toBe('received');
  for (const name of ['min', 'p50', 'p90', 'p99', 'p999', 'max', 'mean'] as const) {
    expect(record.latencyMs[name], name).toBeGreaterThan(0);
  }
  expect(record.latencyMs).toMatchObject({ count: 1_000, negative: 0 });

  const files = await readdir(join(folder, 'runs', record.run));
  const results = ['run.json', 'samples.jtl', 'summary.json', 'latency.hlog', 'verify.json', 'e2e.hlog'];
  const logs = ['broker.log', 'serve.log', 'verify.log', 'blast.log'];
  expect(files).toEqual(expect.arrayContaining([...results, ...logs]));
  const samples = await readFile(runFile(folder, record.run, 'samples.jtl'), 'utf8');
  expect(samples.trim().split('\n')).toHaveLength(1_001);
  expect(record).toMatchObject(
    JSON.parse(await readFile(runFile(folder, record.run, 'verify.json'), 'utf8')),
  );
  const http = JSON.parse(await readFile(runFile(folder, record.run, 'summary.json'), 'utf8'));
  const path = join('runs', record.run);
  expect(record).toMatchObject({ http, folder: path, report: join(path, 'report.html'), incidents: [] });

  expect(await readdir(folder), "the broker's data are removed").toEqual(['runs']);
  await untilGone(children);
});

test('prints the verdict last, and verify checks the newest run again', async () => {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const queue = `kafka://${broker.address}/numbers`;
  const { code, stdout } = await qbl(['run', '--threads', '3', '--loops', '2', '--queue', queue], { folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Summary Report[\s\S]+PASS {2}run \S+: All 6 acknowledged messages arrived\./);
  const again = await qbl(['verify'], { folder });
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toMatch(/PASS {2}run \S+: All 6 acknowledged messages arrived\./);
});

test('accepts a missing topic if another proxy creates it', async () => {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  const producer = await connectProducer(broker.address);
  onTestFinished(() => producer.disconnect());
  const url = await startLyingProxy(producer, 'new', async ({ body }, enqueue) => {
    await enqueue(body);
    return 200;
  });
  const args = ['run', '--queue', `kafka://${broker.address}/new`, '--url', url, '--threads', '2', '--json'];
  const ended = await qbl(args, { folder });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', received: 20 });
});

test('writes run.json atomically, because other programs watch for it', async () => {
  const folder = await tempFolder();
  const url = `http://127.0.0.1:${await freePort()}/send`;
  let isRunningStill = true;
  const sending = qbl(['blast', '--run', 'mine', '--url', url, '--threads', '1'], { folder }).finally(() => {
    isRunningStill = false;
  });
  const seen = new Set<string>();
  while (isRunningStill) {
    seen.add(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8').catch(() => 'null'));
    await nextTurn();
  }
  await sending;
  for (const text of seen) expect(() => JSON.parse(text), JSON.stringify(text)).not.toThrow();
});

describe.skipIf(isWindows)('Ctrl-C', () => {
  const LONG = ['--threads', '5', '--duration', '60s', '--rate', '200', '--rate-tolerance', '100%', '--json'];

  async function untilSending(running: Running): Promise<void> {
    const address = await running.line(/^broker +kafka:\/\/(\S+)/m);
    await until('messages', async () => (await storedMessages(address, 'stress-topic')) > 50);
  }

  test('stops sending, checks what was sent, and leaves no process or file', async () => {
    const folder = await tempFolder();
    const secret = ['--header', 'X-Pin: pin-secret'];
    const running = startQbl(['run', '--run', 'mine', ...LONG, ...secret], { folder });
    await untilSending(running);
    const children = await childrenOf(running.pid);
    expect(children).toHaveLength(4);
    for (const child of process.platform === 'linux' ? children : []) {
      const shown = await readFile(`/proc/${child}/cmdline`, 'utf8');
      expect(shown, 'the command line in a process list').not.toContain('pin-secret');
    }
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    const record = recordOf(ended);
    expect(record).toMatchObject({ verdict: 'pass', lost: 0, unexpected: 0, drained: true });
    expect(record.acked).toBeGreaterThan(50);
    expect(record.sent).toBeLessThan(60 * 200);
    expect(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8')).toContain('"X-Pin": "***"');
    await untilGone(children);
    expect(await readdir(folder)).toEqual(['runs']);
  });

  test('ends the run at once the second time, even during a request', async () => {
    const folder = await tempFolder();
    const broker = await startBroker(folder);
    const producer = await connectProducer(broker.address);
    onTestFinished(() => producer.disconnect());
    let received = 0;
    const url = await startLyingProxy(producer, 'silence', () => {
      received++;
      return new Promise<number>(() => {});
    });
    await producer.send({ topic: 'silence', messages: [{ value: 'creates the topic' }] });
    const args = ['run', '--queue', `kafka://${broker.address}/silence`, '--url', url, '--threads', '2'];
    const running = startQbl(args, { folder });
    await until('requests that wait', () => received === 2);
    const children = await childrenOf(running.pid);
    running.signal('SIGINT');
    await running.line(/again to stop at once/);
    // A second SIGINT that comes too soon would not count.
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(130);
    await untilGone(children);
  });

  test('leaves no process or file before anything was sent', async () => {
    const folder = await tempFolder();
    const running = startQbl(['run', ...LONG], { folder });
    await running.line(/^broker /m);
    const children = await childrenOf(running.pid);
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).not.toContain('bug');
    await untilGone(children);
    expect(await readdir(folder)).toEqual(['runs']);
    expect(await readdir(join(folder, 'runs'))).toEqual([]);
  });

  test('can be a SIGTERM to all processes of the run', async () => {
    const folder = await tempFolder();
    const running = startQbl(['run', ...LONG], { folder });
    await untilSending(running);
    for (const pid of [...(await childrenOf(running.pid)), running.pid]) process.kill(pid, 'SIGTERM');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', lost: 0, unexpected: 0, drained: true });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends a part that is still starting with %s, and reports no failure of that part',
    async (signal) => {
      const folder = await tempFolder();
      const running = startQbl(['run', ...LONG], { folder });
      const [first = 0] = await until('a part', async () => {
        const children = await childrenOf(running.pid);
        return children.length > 0 && children;
      });
      // Sends the signal to every process in the foreground, as a terminal does.
      process.kill(first, signal);
      running.signal(signal);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(130);
      expect(ended.stderr).not.toMatch(/environment|was killed/);
      expect(await readdir(join(folder, 'runs'))).toEqual([]);
    },
  );

  test('is not necessary after a run was killed, because its parts end by themselves', async () => {
    const folder = await tempFolder();
    const running = startQbl(['run', ...LONG], { folder });
    await untilSending(running);
    const children = await childrenOf(running.pid);
    expect(children).toHaveLength(4);
    running.signal('SIGKILL');
    await running.ended;
    await untilGone(children);
  });
});

test.skipIf(isWindows)('ends a run without a pass if its broker is killed', async () => {
  const folder = await tempFolder();
  const load = [
    '--threads',
    '5',
    '--loops',
    '100000',
    '--rate',
    '400',
    '--rate-tolerance',
    '100%',
    '--timeout',
    '3s',
  ];
  // The sender ends with the first response that reports the dead broker.
  const args = ['run', ...load, '--on-sample-error', 'stoptest', '--json'];
  const running = startQbl(args, { folder });
  const address = await running.line(/^broker +kafka:\/\/(\S+)/m);
  await until('messages', async () => (await storedMessages(address, 'stress-topic')) > 50);
  await killPart(running, 'broker');
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(4);
  expect(recordOf(ended)).toMatchObject({
    ...{ verdict: 'unknown', lost: expect.any(Number), drained: false },
    incidents: [{ part: 'broker', kind: 'ended', code: null, signal: 'SIGKILL', direct: false }],
  });
});

test.skipIf(isWindows)('fails a run if its proxy is killed, even if all messages arrived', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '5', '--rate', '200', '--rate-tolerance', '100%', '--duration', '60s'];
  const running = startQbl(['run', '--run', 'mine', ...load, '--junit', 'junit.xml'], { folder });
  const address = await running.line(/^broker +kafka:\/\/(\S+)/m);
  await until('messages', async () => (await storedMessages(address, 'stress-topic')) > 50);
  await killPart(running, 'serve');
  await running.line(/qbl serve was killed \(SIGKILL\)/);
  running.signal('SIGINT');
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(4);
  const death = 'qbl serve was killed (SIGKILL)';
  const verdict = ended.stdout.split('\n').find((line) => line.startsWith('PASS'));
  expect(verdict).toMatch(/PASS {2}run mine: All \d+ acknowledged messages arrived\. But /);
  expect(verdict).toContain(death);
  expect(errors(ended)).toEqual([expect.stringContaining(`error: ${death}`)]);
  expect(await readFile(runFile(folder, 'mine', 'report.html'), 'utf8')).toContain(death);
  expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain(`<error message="${death}`);
  expect(JSON.parse(await readFile(runFile(folder, 'mine', 'verify.json'), 'utf8'))).toMatchObject({
    incidents: [{ part: 'serve', kind: 'ended', code: null, signal: 'SIGKILL', direct: false }],
  });
});

test.skipIf(isWindows)('writes into the CI files what a run without a verdict recorded', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '5', '--rate', '200', '--rate-tolerance', '100%', '--duration', '10m'];
  const files = ['--junit', 'junit.xml', '--summary', 'qbl.md'];
  const running = startQbl(['run', '--run', 'mine', ...load, ...files], { folder });
  const address = await running.line(/^broker +kafka:\/\/(\S+)/m);
  await until('messages', async () => (await storedMessages(address, 'stress-topic')) > 50);
  await killPart(running, 'serve');
  await running.line(/qbl serve was killed \(SIGKILL\)/);
  const samples = () => readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8');
  await until('a failed request', async () => (await samples()).includes('Non HTTP response code'));
  await killPart(running, 'verify');
  await running.line(/qbl verify was killed \(SIGKILL\)/);
  running.signal('SIGINT');
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(4);

  const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
  expect(junit).toMatch(/name="verdict" time="0">\s+<error message="unverified: qbl verify was killed/);
  expect(junit).toMatch(/name="processes of the run" time="0">\s+<error message="qbl serve was killed/);
  expect(junit).toMatch(
    /name="requests acknowledged" time="0">\s+<failure message="[\d,]+ of [\d,]+ requests were not/,
  );
  const [, , sentence] = (await readFile(join(folder, 'qbl.md'), 'utf8')).split('\n');
  expect(sentence).toMatch(/^qbl verify was killed .*requests were not acknowledged.*; qbl serve was killed/);
});

describe('with requests that are not acknowledged', () => {
  /** Runs qbl against a proxy that rejects every second request. */
  async function runAgainstRefusals(
    ...args: readonly string[]
  ): Promise<Ended & { readonly folder: string }> {
    const folder = await tempFolder();
    const broker = await startBroker(folder);
    const producer = await connectProducer(broker.address);
    onTestFinished(() => producer.disconnect());
    let requests = 0;
    const url = await startLyingProxy(producer, 'half', async ({ body }, enqueue) => {
      if (requests++ % 2 === 1) return 400;
      await enqueue(body);
      return 200;
    });
    const parts = ['--queue', `kafka://${broker.address}/half`, '--url', url];
    const load = ['--threads', '2', '--loops', '5'];
    return { folder, ...(await qbl(['run', '--run', 'mine', ...parts, ...load, ...args], { folder })) };
  }
  const NOT_ACKNOWLEDGED = '5 of 10 requests were not acknowledged (5 rejected)';

  test('fails and says so in the verdict line, even if every acknowledged message arrived', async () => {
    const { code, stdout, folder } = await runAgainstRefusals('--junit', 'junit.xml', '--summary', 'qbl.md');
    expect(code).toBe(1);
    expect(stdout).toContain(`PASS  run mine: All 5 acknowledged messages arrived. But ${NOT_ACKNOWLEDGED}.`);
    expect(await readFile(runFile(folder, 'mine', 'report.html'), 'utf8')).toContain(NOT_ACKNOWLEDGED);
    expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain(
      `<failure message="${NOT_ACKNOWLEDGED}"/>`,
    );
    expect(await readFile(join(folder, 'qbl.md'), 'utf8')).toContain('5 of 10 requests were not');
  });

  test('passes with --allow-errors, and still mentions them', async () => {
    const { code, stdout, folder } = await runAgainstRefusals('--allow-errors', '--junit', 'junit.xml');
    expect(code).toBe(0);
    expect(stdout).toContain(NOT_ACKNOWLEDGED);
    const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
    expect(junit).toContain('failures="0" errors="0"');
    expect(junit).toContain(`<system-out>${NOT_ACKNOWLEDGED}</system-out>`);
    const again = await qbl(['report', 'mine', '--junit', 'again.xml'], { folder });
    expect(again.code).toBe(0);
    expect(await readFile(join(folder, 'again.xml'), 'utf8')).toContain('failures="0" errors="0"');
  });
});

test('keeps broker and proxy running with --keep, and ends all other parts', async () => {
  const folder = await tempFolder();
  const running = startQbl(['run', '--keep', '--threads', '2', '--json'], { folder });
  const address = await running.line(/^broker +kafka:\/\/(\S+)/m);
  const url = await running.line(/^proxy +(\S+)/m);
  const ended = await running.ended;
  const kept = [...ended.stderr.matchAll(/kept: qbl (broker|serve), process (\d+)/g)];
  const pids = kept.map(([, , pid]) => Number(pid));
  onTestFinished(async () => {
    for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    await untilGone(pids);
  });
  expect(ended.code, ended.stderr).toBe(0);
  expect(kept.map(([, name]) => name).sort()).toEqual(['broker', 'serve']);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"later":true}',
  });
  expect(response.status).toBe(200);
  expect(await storedMessages(address, 'stress-topic')).toBe(21);
  for (const pid of pids.reverse()) {
    process.kill(pid, 'SIGTERM');
    await untilGone([pid]);
  }
});

describe('refuses to start', () => {
  test('with the id of a run that exists', async () => {
    const folder = await tempFolder();
    const url = `http://127.0.0.1:${await freePort()}/send`;
    const queue = 'kafka://127.0.0.1:1/orders';
    const args = ['--run', 'mine', '--url', url, '--queue', queue, '--threads', '1'];
    await qbl(['blast', ...args], { folder });
    const before = await readFile(runFile(folder, 'mine', 'run.json'), 'utf8');
    for (const command of ['run', 'blast']) {
      const ended = await qbl([command, ...args], { folder });
      expect(ended.code).toBe(2);
      expect(errors(ended)).toEqual([expect.stringContaining('run "mine" already exists')]);
    }
    expect(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8')).toBe(before);
  });

  test('with --url but without --queue', async () => {
    const folder = await tempFolder();
    const ended = await qbl(['run', '--url', 'http://127.0.0.1:1/send'], { folder });
    expect(ended.code).toBe(2);
    expect(errors(ended)).toEqual([expect.stringContaining('--url needs --queue')]);
  });

  test('with a queue that cannot be reached, and does not use up the run id', async () => {
    const folder = await tempFolder();
    const queue = `kafka://127.0.0.1:${await freePort()}/orders`;
    const ended = await qbl(['run', '--run', 'mine', '--queue', queue], { folder });
    expect(ended.code, ended.stderr).toBe(4);
    expect(errors(ended)).toHaveLength(1);
    expect(errors(ended)[0]).toMatch(
      /^error: The queue \S+ cannot be reached: no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/,
    );
    expect(ended.stderr).toMatch(/^hint: /m);
    expect(await readdir(join(folder, 'runs', 'mine'))).not.toContain('run.json');
  });
});
