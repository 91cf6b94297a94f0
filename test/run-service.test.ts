import { mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CompareRecord } from '../src/runs/documents/compare-json.ts';
import type { VerifyRecord } from '../src/runs/documents/verify-json.ts';
import { killPart } from './support/processes.ts';
import { qbl, startQbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';
import { expectUsageError } from './support/usage-error.ts';
import { recordOf } from './support/verification.ts';

const RUN = ['run', '--run', 'mine', '--json'];
const SERVICE = ['--service-rate', '100'];

test('accepts a burst at once, and processes it at the rate of the service', async () => {
  const folder = await tempFolder();
  const ended = await qbl([...RUN, ...SERVICE, '--threads', '50', '--loops', '4'], { folder });
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', acked: 200 });
  expect(ended.code).toBe(0);
  const comparison = await comparisonOf(folder);
  expect(comparison.columns).toEqual(['queue', 'predicted']);
  const [processed, predicted] = row(comparison, 'scalability: processed');
  expect([processed, predicted]).toEqual([200, 200]);
  // At 100 messages per second, 200 messages take about 2 s on any machine.
  const [seconds] = row(comparison, 'time until all messages are processed');
  expect(seconds).toBeGreaterThanOrEqual(1.9);
  const [busiest, predictedBusiest] = row(comparison, 'cost: attempts started in the busiest second');
  expect(busiest).toBeLessThanOrEqual(105);
  // On a busy machine both the sender and the service are slower. The prediction must take both into account.
  const starts = await expectedStarts(folder);
  expect(predictedBusiest).toBeLessThanOrEqual(mostWithin(1_000, starts));
  expect(predictedBusiest).toBeGreaterThanOrEqual(mostWithin(900, starts));
  await rm(runFile(folder, 'mine', 'compare.json'));
  expect((await qbl(['report'], { folder })).code).toBe(0);
  const html = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
  expect(html, 'a report computes missing predictions').toContain('Load leveling by the queue');
  await rm(runFile(folder, 'mine', 'samples.jtl'));
  expect(await qbl(['report'], { folder }), 'a report leaves out missing data').toMatchObject({
    code: 0,
  });
  expect((await reportOf(folder)).benefit).toBeNull();
});

test('fails no request during an outage with the queue, but many without it', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '5', '--duration', '6s', '--rate', '50', '--rate-tolerance', '100%'];
  const outage = ['--outage', '1s..5s', '--compare', 'direct', '--keep-runs', '1'];
  const ended = await qbl([...RUN, ...SERVICE, ...load, ...outage], { folder, deadlineMs: 120_000 });
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass' });
  const comparison = await comparisonOf(folder);
  const [withQueue, , direct] = row(comparison, 'availability: failed requests');
  expect(withQueue).toBe(0);
  expect(direct).toBeGreaterThan(10);
  const own = JSON.parse(await readFile(runFile(folder, 'mine-direct', 'direct.json'), 'utf8'));
  expect(own.processed + own.refused + own.timedOut + own.interrupted).toBe(own.arrived);
  // 50 requests per second fail for 4 s.
  const [, , , failures] = row(comparison, 'availability: failed requests');
  expect(failures).toBeGreaterThanOrEqual(200);
  expect(failures).toBeLessThanOrEqual(202);
  const [, , time, predictedTime] = row(comparison, 'time until all messages are processed');
  expect([time, predictedTime]).toEqual(['never', 'never']);
  const { stdout } = await qbl(['size', '--service-rate', '100'], { folder });
  expect(stdout, 'the newest run is the one with the queue').toContain(`${join('runs', 'mine')};`);
  const { benefit, outages } = await reportOf(folder);
  expect(shownAtAGlance(benefit.table)).toEqual({
    availability: [
      'availability: failed requests',
      'latency of acked requests, p50',
      'latency of acked requests, p99',
    ],
    scalability: ['time until all messages are processed'],
    cost: [
      'cost: attempts started in the busiest second',
      'requests received in the busiest second',
      'instances needed for --max-wait',
      'instances needed for --p99',
    ],
  });
  const most = (values: (number | null)[]) => Math.max(...values.map(Number));
  expect(most(benefit.failures.withQueuePerSecond)).toBe(0);
  expect(most(benefit.failures.withoutQueuePerSecond)).toBeGreaterThan(10);
  expect(outages).toHaveLength(1);
  expect(outages[0].toSeconds - outages[0].fromSeconds).toBeCloseTo(4);
  expect(outages[0].fromSeconds).toBeGreaterThanOrEqual(1);
});

test.skipIf(process.platform === 'win32')(
  'leaves no evidence for a later run with the same ID if the sender does not start',
  async () => {
    const folder = await tempFolder();
    const samples = runFile(folder, 'mine', 'samples.jtl');
    await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
    await symlink(join(folder, 'nowhere', 'samples.jtl'), samples);
    const broken = await qbl([...RUN, ...SERVICE], { folder });
    expect(broken.stderr).toMatch(/^service /m);
    expect(broken.stderr).toMatch(/^error: .*samples\.jtl/m);
    await rm(samples);
    const left = await readdir(join(folder, 'runs', 'mine'));
    expect(left.filter((file) => !file.endsWith('.log'))).toEqual([]);
    const ended = await qbl([...RUN, '--threads', '1', '--loops', '5'], { folder });
    expect(recordOf(ended)).toMatchObject({ verdict: 'pass', acked: 5 });
  },
);

describe.skipIf(process.platform === 'win32')('a killed part of a run', () => {
  const LONG = ['--threads', '5', '--rate', '100', '--rate-tolerance', '100%', '--duration', '60s'];

  test('is reported if it is the service, without a wait for unprocessed messages', async () => {
    const folder = await tempFolder();
    const running = startQbl([...RUN, ...SERVICE, ...LONG], { folder });
    await running.line(/^(service) /m);
    await running.line(/(consuming {2}\d)/);
    await killPart(running, 'consume');
    await running.line(/(qbl consume) was killed \(SIGKILL\)/);
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(recordOf(ended)).toMatchObject({ verdict: 'unknown', reasons: [{ kind: 'service-unfinished' }] });
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^error: qbl consume was killed \(SIGKILL\) [\d.]+ s after the start$/m);
  });

  test.each(['direct', 'blast'])(
    'is reported if it is %s of the run without a queue, and the result with the queue is kept',
    async (part) => {
      const folder = await tempFolder();
      const args = [
        ...RUN,
        '--service-rate',
        '1000',
        '--threads',
        '2',
        '--rate',
        '50',
        '--rate-tolerance',
        '100%',
        '--duration',
        '4s',
      ];
      const running = startQbl([...args, '--compare', 'direct', '--junit', 'junit.xml'], { folder });
      await running.line(/^(direct) /m);
      await until('its samples', async () => {
        const samples = await readFile(runFile(folder, 'mine-direct', 'samples.jtl'), 'utf8').catch(() => '');
        return samples.split('\n').length > 2;
      });
      await killPart(running, part);
      const ended = await running.ended;
      expect(ended.code, ended.stderr).toBe(4);
      expect(recordOf(ended)).toMatchObject({ verdict: 'pass' });
      expect(ended.stderr).toMatch(
        new RegExp(`^error: qbl ${part} of the run without a queue was killed \\(SIGKILL\\)`, 'm'),
      );
      expect(ended.stdout).not.toContain('comparison');
      await expect(stat(runFile(folder, 'mine', 'report.html'))).resolves.toBeDefined();
      expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toMatch(/<error message="pass: .*was killed/);
    },
  );
});

test('repeats the run for each number of instances', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '20', '--loops', '5'];
  const args = [...RUN, ...SERVICE, ...load, '--instances', '1,2', '--keep-runs', '1'];
  const { code, stdout, stderr } = await qbl(args, { folder, deadlineMs: 120_000 });
  expect(code, stderr).toBe(0);
  const { runs, scaling } = JSON.parse(stdout);
  expect(runs.map(({ run, verdict }: VerifyRecord) => [run, verdict])).toEqual([
    ['mine-x1', 'pass'],
    ['mine-x2', 'pass'],
  ]);
  expect(scaling.columns).toEqual(['1 instance', 'predicted', '2 instances', 'predicted']);
  expect(await comparisonOf(folder, 'mine-x2', 'scaling.json')).toEqual(scaling);
  expect(await readFile(runFile(folder, 'mine-x2', 'report.html'), 'utf8')).toContain(scaling.title);
  // The arrivals and the backlog of two runs differ, but the capacity of the service does not.
  const [one, , two] = row(scaling, 'cost: attempts started in the busiest second');
  expect([one, two]).toEqual([
    row(await comparisonOf(folder, 'mine-x1'), 'cost: attempts started in the busiest second')[0],
    row(await comparisonOf(folder, 'mine-x2'), 'cost: attempts started in the busiest second')[0],
  ]);
  expect(one).toBeLessThanOrEqual(105);
  expect(two).toBeLessThanOrEqual(210);
});

test.each([
  [['--compare', 'direct'], 'mine-direct'],
  [['--instances', '1,2'], 'mine-x2'],
  [['--instances', '1,2', '--compare', 'direct'], 'mine-x2-direct'],
])('sends nothing with %j if the run %s exists', async (options, taken) => {
  const folder = await tempFolder();
  const url = ['--url', 'http://127.0.0.1:1/send'];
  await qbl(['blast', '--run', taken, '--threads', '1', '--loops', '1', ...url], { folder });
  const ended = await qbl([...RUN, ...SERVICE, '--threads', '1', '--loops', '1', ...options], { folder });
  expectUsageError(ended);
  expect(ended.stderr).toContain(`run "${taken}" already exists`);
  expect(await readdir(join(folder, 'runs'))).toEqual([taken]);
});

test('reports Ctrl-C once, in any of several runs', async () => {
  const folder = await tempFolder();
  const load = ['--threads', '2', '--duration', '1s', '--rate', '20', '--rate-tolerance', '100%'];
  const args = ['run', '--run', 'mine', ...SERVICE, ...load, '--instances', '1,2,3'];
  const running = startQbl(args, { folder, deadlineMs: 120_000 });
  const begun = () => stat(runFile(folder, 'mine-x2', 'run.json')).catch(() => null);
  await until('the second run sends', begun, 90_000);
  running.signal('SIGINT');
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr.match(/stopping: sending has ended/g)).toHaveLength(1);
});

test.each([
  [['--outage', '1s..2s'], '--outage needs a service: add --service-rate or --work'],
  [['--compare', 'direct'], '--compare needs a service: add --service-rate or --work'],
  [['--instances', '2'], '--instances needs a service: add --service-rate or --work'],
  [['--concurrency', '1'], '--concurrency needs a service: add --service-rate or --work'],
  [['--fail', '0%'], '--fail needs a service: add --service-rate or --work'],
  [['--max-wait', '1s'], '--max-wait needs a service: add --service-rate or --work'],
  [[...SERVICE, '--compare', 'direct', '--outage', '1s..2s'], 'needs a plan with a rate'],
  [['--p99', '1s'], '--p99 needs a service: add --service-rate or --work'],
  [[...SERVICE, '--p99', '1s'], '--p99 needs --compare direct: it configures the service without a queue'],
  [[...SERVICE, '--accept-queue', '100'], '--accept-queue needs --compare direct'],
  [[...SERVICE, '--service-timeout', '10s'], '--service-timeout needs --compare direct'],
  [['--with', 'jmeter', '--trace', '1000'], '--trace works only with --with blast'],
  [['--queue-config', 'kafka.properties'], '--queue-config needs --queue'],
  [['--pass-header', 'a', '--pass-header', 'A'], 'This header was already given'],
  [['--pass-header', 'two words'], 'the name of a header'],
  [
    ['--queue', 'kafka://k/t', '--url', 'http://p/', '--pass-header', 'a'],
    '--pass-header works only without --url',
  ],
  [[...SERVICE, '--instances', '1,1'], 'different numbers such as 1,2,4'],
  [[...SERVICE, '--outage', '2s..1s'], 'a span that ends after it begins'],
  [['--service-rate', '0'], 'a number per second'],
])('refuses %j', async (args, part) => {
  const folder = await tempFolder();
  expect(expectUsageError(await qbl(['run', ...args], { folder }))).toContain(part);
});

/**
 * Returns when one instance should start each message: not before its acknowledgement, and at the rate that the
 * service really reached.
 */
async function expectedStarts(folder: string): Promise<number[]> {
  const { end } = JSON.parse(await readFile(runFile(folder, 'mine', 'service.json'), 'utf8'));
  const perSecond = end.pace === null || end.pace.isKept ? 100 : end.pace.achievedPerSecond;
  const [, ...rows] = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8')).trim().split('\n');
  const acked = rows
    .map((row) => row.split(','))
    .map(([startMs, elapsedMs]) => Number(startMs) + Number(elapsedMs));
  let freeMs = 0;
  return acked
    .sort((a, b) => a - b)
    .map((ms) => {
      const startMs = Math.max(ms, freeMs);
      freeMs = startMs + 1_000 / perSecond;
      return startMs;
    });
}

/** Returns the largest number of the given times that lie within `spanMs` of each other. */
function mostWithin(spanMs: number, timesMs: readonly number[]): number {
  const EPSILON_MS = 1e-6;
  return Math.max(
    ...timesMs.map((from) => timesMs.filter((ms) => ms >= from && ms < from + spanMs - EPSILON_MS).length),
  );
}

/** The data in the report of the run. */
async function reportOf(folder: string) {
  const html = await readFile(runFile(folder, 'mine', 'report.html'), 'utf8');
  return JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
}

/** Returns the names of the figures that show each benefit. */
function shownAtAGlance({ rows }: CompareRecord): Record<string, string[]> {
  const shown: Record<string, string[]> = {};
  for (const { benefit, name } of rows) {
    if (benefit !== undefined) shown[benefit] = [...(shown[benefit] ?? []), name.trim()];
  }
  return shown;
}

async function comparisonOf(folder: string, run = 'mine', name = 'compare.json'): Promise<CompareRecord> {
  return JSON.parse(await readFile(runFile(folder, run, name), 'utf8'));
}

function row({ rows }: CompareRecord, name: string): CompareRecord['rows'][number]['cells'] {
  const found = rows.find((candidate) => candidate.name.trim() === name);
  expect(found, name).toBeDefined();
  return found?.cells ?? [];
}
