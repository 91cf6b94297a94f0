import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Parts, startParts, startServe } from './support/by-hand.ts';
import { storedMessages } from './support/kafka.ts';
import { kill, qbl, type Running, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { recordOf } from './support/verification.ts';

const RUN = ['--run', 'mine'];
/** On a busy machine, a run may take so long to end that qbl stop says what it waits for. */
const QUIET = expect.stringMatching(/^(?:waiting until run .*\n)?$/);
/** A busy machine may not reach the rate, so any lower rate is accepted. */
const LOAD = ['--threads', '20', '--rate', '200', '--rate-tolerance', '100%', '--until-stopped'];

function startRun({ folder, queue, url }: Parts, ...options: string[]): Running {
  const parts = ['--queue', queue, '--url', url, '--settle', '500ms'];
  return startQbl(['run', ...RUN, ...LOAD, ...parts, ...options], { folder });
}

async function untilStored({ broker, topic }: Parts, count: number): Promise<number> {
  return until(`${count} stored messages`, async () => {
    const stored = await storedMessages(broker.address, topic);
    return stored >= count ? stored : null;
  });
}

/** The time between the first and the last refused request, by their own time stamps. */
async function refusedForMs({ folder }: Parts): Promise<number> {
  const rows = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8')).split('\n');
  const times = rows.filter((row) => row.includes('HttpHostConnect')).map((row) => Number.parseInt(row, 10));
  return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
}

/** Kills the proxy, waits until requests fail, and starts it again. Resolves when messages arrive again. */
async function restartServe(parts: Parts): Promise<void> {
  const stored = await untilStored(parts, 100);
  await kill(parts.serve);
  await until('refused requests for 1.5 s', async () => (await refusedForMs(parts)) >= 1_500);
  await startServe(parts.folder, parts.queue, new URL(parts.url).port);
  await untilStored(parts, stored + 200);
}

test('a run until stopped ends by qbl stop, with a verdict about the time in which the proxy was gone', async () => {
  const parts = await startParts(await tempFolder());
  const { folder } = parts;
  const run = startRun(parts, '--allow-errors', '--json');
  await restartServe(parts);
  const [stopped, alsoStopped] = await Promise.all([
    qbl(['stop', 'mine', '--json'], { folder }),
    qbl(['stop', 'mine'], { folder }),
  ]);

  const ended = await run.ended;
  const record = recordOf(ended);
  expect({ code: ended.code, record }).toMatchObject({ code: 0, record: { verdict: 'pass', lost: 0 } });
  expect(record.rejected).toBeGreaterThan(0);
  // A busy machine may cause gaps of its own, but no request is refused in such gaps.
  const gaps = record.gaps?.longest.filter(({ requests }) => requests.rejected > 0) ?? [];
  expect(gaps).toHaveLength(1);
  const [gap] = gaps;
  expect(gap).toMatchObject({ recovered: true, messages: { lost: 0, phantom: 0 } });
  const { requests, messages } = gap ?? {};
  expect((messages?.recovered ?? 0) + (messages?.unresolved ?? 0)).toBe(requests?.indeterminate);
  expect(requests?.sent).toBe(
    (requests?.acked ?? 0) + (requests?.rejected ?? 0) + (requests?.indeterminate ?? 0),
  );
  expect(gap?.recoveryMs).toBeGreaterThanOrEqual(1_500);
  expect(stopped).toMatchObject({ code: 0, stderr: QUIET });
  expect(JSON.parse(stopped.stdout)).toMatchObject({
    run: 'mine',
    verdict: 'pass',
    end: { reason: 'completed', samples: record.sent },
  });
  const text = `stopped run mine after ${record.sent.toLocaleString('en')} requests: verdict pass`;
  expect(alsoStopped).toMatchObject({ code: 0, stderr: QUIET });
  expect(alsoStopped.stdout).toContain(text);
  const files = await readdir(join(folder, 'runs', 'mine'));
  const report = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
  expect(report).toMatch(/"headline":"\d+ gaps? of at least \d+\.\d s without an acknowledged request"/);
  expect(files).not.toContain('stop.sock');

  const late = await qbl(['stop', 'mine'], { folder });
  expect(late).toMatchObject({ code: 2, stdout: '' });
  expect(late.stderr).toMatch(/^error: run "mine" is not running any more: it ended at \S+\n$/);
});

test.each(['SIGINT', 'SIGHUP'] as const)(
  'the first %s ends a run until stopped as planned',
  async (signal) => {
    const parts = await startParts(await tempFolder());
    const run = startRun(parts, '--json');
    await untilStored(parts, 100);
    run.signal(signal);
    const ended = await run.ended;
    expect({ code: ended.code, record: recordOf(ended) }).toMatchObject({
      code: 0,
      record: { verdict: 'pass', lost: 0, rejected: 0, indeterminate: 0 },
    });
  },
);

test('a run until stopped without --allow-errors fails if requests were not acknowledged', async () => {
  const parts = await startParts(await tempFolder());
  const run = startRun(parts, '--json');
  await restartServe(parts);
  expect((await qbl(['stop', 'mine'], { folder: parts.folder })).stdout).toContain('verdict pass');
  const ended = await run.ended;
  expect({ code: ended.code, record: recordOf(ended) }).toMatchObject({
    code: 1,
    record: { verdict: 'pass' },
  });
});

test.each(
  ['stopthread', 'stoptest'].flatMap((mode) => [
    [mode, '--until-stopped'],
    [mode, '--duration', '30m'],
  ]),
)('blast does not pass if failed requests ended the run: %s %s', async (mode, ...end) => {
  const folder = await tempFolder();
  const load = ['--threads', '20', '--rate', '200', '--rate-tolerance', '100%', ...end];
  const failing = ['--url', 'http://127.0.0.1:1/send', '--on-sample-error', mode, '--allow-errors'];
  const { code, stderr } = await qbl(['blast', ...RUN, ...load, ...failing], { folder });
  expect(code).toBe(3);
  const note = `^note: failed requests ended the run \\(onSampleError: ${mode}\\), after \\d+ request`;
  expect(stderr).toMatch(new RegExp(note, 'm'));
  await qbl(['report', 'mine', '--junit', 'qbl.xml', '--summary', 'qbl.md'], { folder });
  for (const file of ['qbl.xml', 'qbl.md', 'runs/mine/report.html'])
    expect(await readFile(join(folder, file), 'utf8'), file).toContain('failed requests ended the run');
  expect(JSON.parse(await readFile(runFile(folder, 'mine', 'run.json'), 'utf8')).end.reason).toBe(mode);
});

test('blast until stopped misses the rate if all threads wait for responses until the stop', async () => {
  const folder = await tempFolder();
  let requests = 0;
  const silent = createServer(() => void requests++).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close().closeAllConnections());
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/send`;
  const load = ['--threads', '2', '--rate', '100', '--until-stopped', '--allow-errors', '--timeout', '4s'];
  const blast = startQbl(['blast', ...RUN, ...load, '--url', url, '--json'], { folder });
  await until('two requests', async () => requests >= 2);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect((await qbl(['stop', 'mine'], { folder })).code).toBe(0);
  const { code, stdout, stderr } = await blast.ended;
  expect([code, stderr]).toEqual([3, expect.stringContaining('the rate of 100/s was not reached')]);
  const { rate } = JSON.parse(stdout);
  expect(rate.kept).toBe(false);
  expect(rate.due).toBeGreaterThanOrEqual(200);
});

test('blast until stopped ends by SIGTERM and by qbl stop, also in a folder with a long path', async () => {
  const parts = await startParts(await tempFolder());
  const { folder, queue, url } = parts;
  const runs = join('runs', 'x'.repeat(100));
  const blast = (...options: string[]) =>
    startQbl(['blast', ...RUN, ...LOAD, '--queue', queue, '--url', url, ...options], { folder });
  const short = blast();
  await untilStored(parts, 50);
  short.signal('SIGTERM');
  expect((await short.ended).code).toBe(0);

  const long = blast('--runs', runs);
  await untilStored(parts, (await storedMessages(parts.broker.address, parts.topic)) + 50);
  expect(await qbl(['stop', 'mine', '--runs', runs], { folder })).toMatchObject({ code: 0, stderr: QUIET });
  expect((await long.ended).code).toBe(0);
  expect(await readdir(join(folder, runs, 'mine'))).not.toContain('stop.sock');
  const report = await readFile(join(folder, runs, 'mine', 'run.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({ plan: { untilStopped: true }, end: { reason: 'completed' } });
});

test('the second signal aborts a run until stopped', async () => {
  const parts = await startParts(await tempFolder());
  const run = startRun(parts);
  await untilStored(parts, 50);
  run.signal('SIGINT');
  run.signal('SIGTERM');
  const { code, stderr } = await run.ended;
  expect({ code, stderr }).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('stopped by a second signal'),
  });
});

test('qbl stop reports a run that does not exist, was killed, or does not send until stopped', async () => {
  const parts = await startParts(await tempFolder());
  const { folder, queue, url } = parts;
  const stopError = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await qbl(['stop', ...args], { folder });
    return { code, stdout, error: stderr.split('\n')[0], hint: stderr.split('\n')[1] };
  };
  expect(await stopError('none')).toMatchObject({
    code: 2,
    error: expect.stringContaining('error: run "none" not found'),
  });

  const sends = ['--queue', queue, '--url', url, '--threads', '2', '--rate', '50'];
  const plain = startQbl(['blast', '--run', 'plain', ...sends, '--duration', '1h'], { folder });
  await untilStored(parts, 10);
  expect(await stopError('plain')).toEqual({
    code: 2,
    stdout: '',
    error: 'error: run "plain" was started without --until-stopped, so qbl stop cannot stop it',
    hint: 'hint: Press Ctrl-C in the terminal of the run.',
  });
  await kill(plain);

  const killed = startQbl(['blast', '--run', 'killed', ...sends, '--until-stopped'], { folder });
  await until('the socket', () => existsSync(join(folder, 'runs', 'killed', 'stop.sock')));
  await kill(killed);
  const error = 'error: run "killed" is not running any more: its process was killed';
  const hint = 'hint: qbl verify killed shows what can still be proven.';
  expect(await stopError('killed')).toEqual({ code: 2, stdout: '', error, hint });
  await rename(join(folder, 'runs'), join(folder, 'moved'));
  expect(await stopError('killed', '--runs', 'moved')).toMatchObject({
    error,
    hint: `hint: qbl verify ${join('moved', 'killed')} shows what can still be proven.`,
  });
});

test('qbl stop says what it waits for, and that a suspended run has not answered', async () => {
  const parts = await startParts(await tempFolder());
  const { folder, queue, url } = parts;
  const sends = ['--queue', queue, '--url', url, '--rate', '50', '--until-stopped'];
  const blast = startQbl(['blast', ...RUN, ...sends], { folder });
  await untilStored(parts, 10);
  blast.signal('SIGSTOP');
  const { code, stderr } = await qbl(['stop', 'mine', '--wait', '4s'], { folder });
  expect(code).toBe(4);
  expect(stderr).toMatch(
    /^waiting until run "mine" has ended \(at most 4s\)\nerror: run "mine" has not answered within 4s\n/,
  );
  blast.signal('SIGCONT');
  blast.signal('SIGINT');
  await blast.ended;
  const report = await readFile(join(folder, 'runs', 'mine', 'run.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({ end: { reason: 'completed' } });
});

test.skipIf(process.getuid?.() !== 0)('qbl stop reports the run of another user', async () => {
  const open = await mkdtemp(join(tmpdir(), 'qbl-other-'));
  onTestFinished(() => rm(open, { recursive: true }));
  await chmod(open, 0o755);
  const parts = await startParts(await tempFolder());
  const sends = ['--queue', parts.queue, '--url', parts.url, '--rate', '50', '--until-stopped'];
  const blast = startQbl(['blast', ...RUN, '--runs', open, ...sends], { folder: parts.folder });
  await until('the socket', () => existsSync(join(open, 'mine', 'stop.sock')));
  const { code, stderr } = await qbl(['stop', join(open, 'mine')], { folder: open, uid: 65_534 });
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('error: run "mine" belongs to another user'),
  });
  blast.signal('SIGINT');
  expect((await blast.ended).code).toBe(0);
});

test('--until-stopped needs a rate, and no other end', async () => {
  const folder = await tempFolder();
  const error = async (...args: string[]) => {
    const { code, stderr } = await qbl(args, { folder });
    return { code, error: stderr.split('\n')[0] };
  };
  for (const command of ['run', 'blast']) {
    expect(await error(command, '--until-stopped')).toEqual({
      code: 2,
      error: 'error: --until-stopped needs a constant rate, but the plan has none',
    });
    expect(await error(command, '--until-stopped', '--rate', '5', '--duration', '5s')).toEqual({
      code: 2,
      error: "error: option '--until-stopped' cannot be used with option '--duration <time>'",
    });
  }
  const several = ['--service-rate', '5', '--instances', '1,2', '--rate', '5'];
  expect(await error('run', '--until-stopped', ...several)).toEqual({
    code: 2,
    error: 'error: --until-stopped allows only one run: leave out --compare and further --instances',
  });
  expect(await error('run', '--until-stopped', '--rate', '5', '--with', 'jmeter')).toMatchObject({ code: 2 });
});
