import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const PROFILE = '0s..10s: 500/s, 10s..60s: 20/s';

async function sized(args: readonly string[], folder: string) {
  const { code, stdout, stderr } = await qbl(['size', ...args, '--json'], { folder });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** A run of 100 acked messages at once and one that was refused, as another tool may have left it. */
async function folderWithRun(): Promise<string> {
  const folder = await tempFolder();
  await mkdir(join(folder, 'runs', 'mine'), { recursive: true });
  const acked = Array.from({ length: 100 }, () => '1000500,500,a,200,OK,g 1-1,true');
  const rows = ['timeStamp,elapsed,label,responseCode,responseMessage,threadName,success', ...acked];
  rows.push('1000000,1,a,503,Not Enqueued,g 1-1,false');
  await writeFile(join(folder, 'runs', 'mine', 'samples.jtl'), `${rows.join('\n')}\n`);
  return folder;
}

describe('qbl size', () => {
  test('of a profile: both models, in text and as JSON', async () => {
    const folder = await tempFolder();
    const args = ['--arrivals', PROFILE, '--service-rate', '100'];
    const { code, stdout } = await qbl(['size', ...args], { folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^peak backlog +4,000 +4,001$/m);
    expect(stdout).toMatch(/^longest wait +40.0 s +40.0 s$/m);
    expect(stdout).toContain('1 instance of 100/s');
    const { schema, sizings } = await sized(args, folder);
    expect(schema).toBe('qbl.size/1');
    expect(sizings.map(({ model }: { model: string }) => model)).toEqual(['fluid', 'lindley']);
    expect(sizings[0].prediction).toMatchObject({ peakBacklog: 4000, peakAtMs: 10_000, messages: 6000 });
    expect(await readdir(folder), 'nothing is written').toEqual([]);
  });

  test('of a service that is far too slow: waits of decades in order, and its rate as it was given', async () => {
    const args = ['--arrivals', '0s..1000s: 1/s', '--service-rate', '0.000001'];
    const folder = await tempFolder();
    const { sizings } = await sized(args, folder);
    for (const { prediction } of sizings) {
      expect(prediction.p99WaitMs).toBeGreaterThan(prediction.meanWaitMs);
      expect(prediction.p99WaitMs).toBeLessThanOrEqual(prediction.longestWaitMs);
    }
    const { stdout } = await qbl(['size', ...args], { folder });
    expect(stdout).toContain('1 instance of 0.000001/s: 0.000001/s in total');
  });

  test('of a run: its acked samples, from its first send', async () => {
    const folder = await folderWithRun();
    const { sizings } = await sized(['mine', '--service-rate', '50', '--instances', '2'], folder);
    expect(sizings).toHaveLength(1);
    expect(sizings[0]).toMatchObject({
      model: 'lindley',
      prediction: {
        messages: 100,
        peakBacklog: 100,
        peakAtMs: 1000,
        longestWaitMs: 980,
        longestUntilProcessedMs: 1000,
        drainedAtMs: 2000,
      },
    });
    const delayed = await sized(['runs/mine', '--service-rate', '100', '--outage', '0s..3s'], folder);
    expect(delayed.sizings[0].prediction.drainedAtMs).toBe(4000);
  });

  test('from a bound on the wait: what keeps it, shown as a prediction', async () => {
    const folder = await folderWithRun();
    const { sizings } = await sized(['mine', '--max-wait', '1s', '--service-rate', '10'], folder);
    expect(sizings[0].least.instances).toBe(10);
    expect(sizings[0].least.ratePerSecond).toBeGreaterThanOrEqual(100);
    expect(sizings[0].least.ratePerSecond).toBeLessThan(100.2);
    expect(sizings[0].service.instances).toBe(10);
    expect(sizings[0].prediction.longestUntilProcessedMs).toBeLessThanOrEqual(1000);
    const half = await sized(['mine', '--max-wait', '1s', '--percentile', 'p50'], folder);
    expect(half.sizings[0].least.ratePerSecond).toBeLessThan(51);
    const { stdout } = await qbl(['size', 'mine', '--max-wait', '1s'], { folder });
    expect(stdout).toMatch(/^least rate for all processed within 1 s +100(\.\d+)?\/s$/m);
  });

  test('of a plan, with what the command line sets', async () => {
    const folder = await tempFolder();
    const load = ['--threads', '10', '--rate', '200', '--duration', '10s'];
    const paced = await sized([...load, '--service-rate', '100'], folder);
    expect(paced.sizings[0].prediction).toMatchObject({ messages: 2000, peakBacklog: 1000 });
    const loops = ['--threads', '10', '--loops', '10'];
    const burst = await sized([...loops, '--service-rate', '100'], folder);
    expect(burst.arrivals.assumes).toContain('upper bound');
    expect(burst.sizings[0].prediction.peakBacklog).toBe(100);
    const known = await sized([...loops, '--response-time', '100ms', '--service-rate', '50'], folder);
    expect(known.sizings[0].prediction).toMatchObject({ peakBacklog: 50, peakAtMs: 1000 });
  });

  test('what is random is the same for the same seed', async () => {
    const folder = await tempFolder();
    const args = ['--arrivals', '0s..10s: 90/s', '--work', 'exponential:10ms', '--poisson'];
    const [one, again, other] = [
      await sized(args, folder),
      await sized(args, folder),
      await sized([...args, '--seed', '2'], folder),
    ];
    expect(again).toEqual(one);
    expect(other.sizings[1]).not.toEqual(one.sizings[1]);
    expect(one.sizings[0].prediction.longestWaitMs).toBe(0);
    expect(one.sizings[1].prediction.longestWaitMs).toBeGreaterThan(0);
  });
});

describe('qbl size refuses with one line', () => {
  const rate = ['--service-rate', '10'];
  test.each([
    [['--arrivals', PROFILE], 'give --service-rate or --work'],
    [rate, 'no run in runs'],
    [['nowhere', ...rate], 'cannot read'],
    [['mine', '--arrivals', PROFILE, ...rate], 'a run or from --arrivals'],
    [['--plan', 'p.yaml', '--arrivals', PROFILE, ...rate], '--arrivals or from a plan'],
    [['--arrivals', 'soon', ...rate], 'Expected a rate such as 0s..10s: 500/s'],
    [['--arrivals', PROFILE, '--service-rate', '0'], 'Expected a number a second'],
    [['--arrivals', PROFILE, '--work', 'hard'], 'Expected 20ms, uniform'],
    [['--arrivals', PROFILE, ...rate, '--outage', '5s'], 'Expected a span such as 5s..15s'],
    [['--arrivals', PROFILE, ...rate, '--concurrency', '4'], '--concurrency needs --work'],
    [
      ['--arrivals', PROFILE, ...rate, '--max-wait', '1s', '--instances', '2'],
      '--instances says what --max-wait asks',
    ],
    [['--arrivals', PROFILE, '--max-wait', '1s', '--instances', '2'], '--instances'],
    [
      ['--arrivals', PROFILE, '--max-wait', '1s', '--outage', '1s..5s'],
      'no rate processes every message within 1000 ms',
    ],
    [['--arrivals', PROFILE, '--max-wait', '1s', '--work', '2s'], 'such instances do not process'],
    [['--arrivals', PROFILE, '--max-wait', '0'], 'longer than 0'],
    [['--arrivals', PROFILE, '--max-wait', '1s', '--percentile', 'p42'], 'p99.9'],
    [['mine', ...rate, '--percentile', 'p99'], '--percentile needs --max-wait'],
    [['mine', ...rate, '--seed', '7'], '--seed needs what is random'],
    [['mine', '--work', '20ms', '--seed', '7'], '--seed needs what is random'],
    [['mine', ...rate, '--response-time', '5ms'], '--response-time is for arrivals from a plan'],
    [['mine', ...rate, '--poisson'], '--poisson is for arrivals from a plan or --arrivals'],
    [['--duration', '10s', ...rate], 'ends by time and has no rate'],
  ])('%j', async (args, expected) => {
    const folder = await tempFolder();
    expect(expectUsageError(await qbl(['size', ...args], { folder }))).toContain(expected);
    expect(await readdir(folder), 'nothing is written').toEqual([]);
  });
});
