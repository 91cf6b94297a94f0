import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IN_BODY } from '../src/message/placement.ts';
import type { Plan } from '../src/plan/plan.ts';
import { beginRun, endRun, existingRun } from '../src/runs/documents/run-json.ts';
import { runFolder } from '../src/runs/run-folder.ts';
import type { ResponseRule } from '../src/samples/rules/rule.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

const PROFILE = '0s..10s: 500/s, 10s..60s: 20/s';

async function sized(args: readonly string[], folder: string) {
  const { code, stdout, stderr } = await qbl(['size', ...args, '--json'], { folder });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Writes a run whose plan has rules for outcomes, and whose samples lost the column with the outcomes. */
async function folderWithoutOutcomes(rule: ResponseRule): Promise<string> {
  const folder = await folderWithRun();
  const requests = [{ ...request('a'), outcome: { acked: [rule] } }];
  const group = { threads: 1, loops: 101, durationMs: null, rampUpMs: 0, requests };
  const threadGroups = [{ name: 'g', onSampleError: 'continue' as const, ...group }];
  const plan: Plan = { name: 'p', rate: null, identity: IN_BODY, threadGroups };
  const own = runFolder(join(folder, 'runs'), 'mine');
  await beginRun(own, { sender: 'blast', plan, queue: null, qblVersion: '0' });
  return folder;
}

const request = (name: string) =>
  ({ name, url: 'http://h/', method: 'POST', headers: {}, body: '{}', timeoutMs: 0 }) as const;

/**
 * Writes a run of 100 messages that were acked at once and one message that was refused, as another tool could write
 * it.
 */
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
  test('shows both models of a profile, as text and as JSON', async () => {
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

  test('shows waits of decades for a service that is far too slow', async () => {
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

  test('uses the rules of the plan for samples without outcomes, and reports unclear outcomes if the status is not enough', async () => {
    const rate = ['mine', '--service-rate', '1'];
    const byStatus = await folderWithoutOutcomes({ status: [{ from: 503, to: 503 }] });
    const refused = await qbl(['size', ...rate], { folder: byStatus });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('no request of the run "mine" was acknowledged'),
    ]);
    const ok = await folderWithoutOutcomes({ status: [{ from: 200, to: 200 }] });
    const { sizings } = await sized(rate, ok);
    expect(sizings[0].prediction.messages).toBe(100);
    const byBody = await folderWithoutOutcomes({ json: { '/ok': { oneOf: [true] } } });
    const unclear = await qbl(['size', ...rate], { folder: byBody });
    expect([unclear.code, unclear.stderr]).toEqual([
      3,
      expect.stringContaining('The outcome of 100 requests is unclear'),
    ]);
    const reported = await qbl(['report', 'mine'], { folder: byBody });
    expect(reported.code, reported.stderr).toBe(0);
    const page = await readFile(join(byBody, 'runs', 'mine', 'report.html'), 'utf8');
    expect(page).toContain('The outcome of 100 requests is unclear');
  });

  test('says that messages may be missing if the sender of the run has not ended', async () => {
    const folder = await folderWithoutOutcomes({ status: [{ from: 200, to: 200 }] });
    const { arrivals } = await sized(['--service-rate', '50'], folder);
    expect(arrivals.assumes).toContain('although the sender of the run has not ended cleanly');
    const own = runFolder(join(folder, 'runs'), 'mine');
    await endRun(own, existingRun(own), 'completed', 101);
    const ended = await sized(['--service-rate', '50'], folder);
    expect(ended.arrivals.assumes).toBe('a message is in the queue when its sample ends');
  });

  test('predicts nothing from samples with fewer rows than the sender wrote', async () => {
    const folder = await folderWithoutOutcomes({ status: [{ from: 200, to: 200 }] });
    const own = runFolder(join(folder, 'runs'), 'mine');
    await endRun(own, existingRun(own), 'completed', 120);
    const { code, stdout, stderr } = await qbl(['size', '--service-rate', '50'], { folder });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('The file samples.jtl has 101 rows, but the sender wrote 120.');
    const reported = await qbl(['report', 'mine'], { folder });
    expect(reported.code, reported.stderr).toBe(0);
    const page = await readFile(join(own.path, 'report.html'), 'utf8');
    expect(page).toContain('The file samples.jtl has 101 rows, but the sender wrote 120.');
  });

  test('uses the acked samples of a run, starting with its first send', async () => {
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

  test('computes the rate and instances that a limit on the wait needs', async () => {
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

  test('says that a service with a rate and random work processes at most its capacity', async () => {
    const folder = await tempFolder();
    const args = ['--arrivals', '0s..1000s: 8/s', '--service-rate', '10', '--work'];
    const { stdout } = await qbl(['size', ...args, 'exponential:100ms'], { folder });
    expect(stdout).toContain('100 ms (exponential) per message, 1 at a time: at most 10/s in total');
    const { sizings } = await sized([...args, 'exponential:100ms'], folder);
    expect(sizings[1].prediction.peakBacklog, 'not even 8/s').toBeGreaterThan(100);
    const steady = await qbl(['size', ...args, '100ms'], { folder });
    expect(steady.stdout).toContain('100 ms per message, 1 at a time: 10/s in total');
  });

  test('uses fractions of a millisecond', async () => {
    const folder = await tempFolder();
    const args = ['--arrivals', '0s..10s: 600/s', '--work', '1.5ms'];
    const { stdout } = await qbl(['size', ...args], { folder });
    expect(stdout).toContain('1.5 ms per message, 1 at a time: 666.7/s in total');
    const { sizings } = await sized(args, folder);
    expect(sizings[1].prediction.peakBacklog).toBe(1);
    expect(sizings[1].prediction.longestUntilProcessedMs).toBeCloseTo(1.5);
    const limit = await sized(['--arrivals', '0s..10s: 600/s', '--max-wait', '1.25ms'], folder);
    expect(limit.bound.maxWaitMs).toBe(1.25);
    expect(limit.sizings[1].least.ratePerSecond).toBeGreaterThan(799);
    const load = ['--threads', '10', '--loops', '100', '--response-time', '0.4ms'];
    const fast = await sized([...load, '--service-rate', '1000000'], folder);
    expect(fast.sizings[0].prediction.drainedAtMs).toBeCloseTo(40);
  });

  test('uses a plan with settings of the command line', async () => {
    const folder = await tempFolder();
    const load = ['--threads', '10', '--rate', '200', '--duration', '10s'];
    const paced = await sized([...load, '--service-rate', '100'], folder);
    expect(paced.sizings[0].prediction).toMatchObject({ messages: 2000, peakBacklog: 1000 });
    const loops = ['--threads', '10', '--loops', '10'];
    const burst = await sized([...loops, '--service-rate', '100'], folder);
    expect(burst.arrivals.assumes).toContain('so no real backlog can be larger');
    expect(burst.sizings[0].prediction.peakBacklog).toBe(100);
    const known = await sized([...loops, '--response-time', '100ms', '--service-rate', '50'], folder);
    expect(known.sizings[0].prediction).toMatchObject({ peakBacklog: 50, peakAtMs: 1000 });
  });

  test('leaves out requests of a plan that send no message', async () => {
    const folder = await tempFolder();
    const url = 'http://localhost:3000/send';
    const requests = [
      { name: 'log in', identity: 'none', method: 'GET', url },
      { name: 'order', url, body: '{}' },
    ];
    const plan = { name: 'shop', threadGroups: [{ name: 'users', threads: 10, loops: 20, requests }] };
    await writeFile(join(folder, 'plan.yaml'), JSON.stringify(plan));
    const { sizings } = await sized(['--plan', 'plan.yaml', '--service-rate', '100'], folder);
    expect(sizings[0].prediction).toMatchObject({ messages: 200, drainedAtMs: 2000 });
  });

  test('shows only the exact model if the mean work is longer than a limit for some of the messages', async () => {
    const folder = await tempFolder();
    const service = ['--arrivals', '0s..100s: 10/s', '--work', 'exponential:120ms'];
    const args = [...service, '--max-wait', '100ms', '--percentile', 'p50'];
    // The median work time is 83 ms, which is below the limit of 100 ms. The mean work time of 120 ms is above the
    // limit.
    const { sizings } = await sized(args, folder);
    expect(sizings.map(({ model }: { model: string }) => model)).toEqual(['lindley']);
    expect(sizings[0].least.instances).toBeLessThan(10);
    const { code, stdout } = await qbl(['size', ...args], { folder });
    expect(code).toBe(0);
    expect(stdout).toContain('The fluid model has no answer');
    expect(stdout).not.toContain('The fluid model uses only mean rates');
  });

  test('gives the same random results for the same seed', async () => {
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
    [['--arrivals', PROFILE], 'no service capacity given: add --service-rate or --work'],
    [rate, 'no run in runs'],
    [['nowhere', ...rate], 'cannot read'],
    [['mine', '--arrivals', PROFILE, ...rate], 'use either a run or --arrivals'],
    [['--plan', 'p.yaml', '--arrivals', PROFILE, ...rate], 'use either --arrivals or a plan'],
    [['--arrivals', 'soon', ...rate], 'Expected a rate such as 0s..10s: 500/s'],
    [['--arrivals', PROFILE, '--service-rate', '0'], 'Expected a number per second'],
    [['--arrivals', PROFILE, '--work', 'hard'], 'Expected 20ms, uniform'],
    [['--arrivals', PROFILE, ...rate, '--outage', '5s'], 'Expected a span such as 5s..15s'],
    [['--arrivals', PROFILE, ...rate, '--concurrency', '4'], '--concurrency needs --work'],
    [
      ['--arrivals', PROFILE, ...rate, '--max-wait', '1s', '--instances', '2'],
      '--instances cannot be combined with --max-wait',
    ],
    [['--arrivals', PROFILE, '--max-wait', '1s', '--instances', '2'], '--instances'],
    [
      ['--arrivals', PROFILE, '--max-wait', '1s', '--outage', '1s..5s'],
      'no service rate is high enough to process every message within 1000 ms',
    ],
    [
      ['--arrivals', PROFILE, '--max-wait', '1s', '--work', '2s'],
      'instances of this capacity cannot process',
    ],
    [['--arrivals', PROFILE, '--max-wait', '0'], 'longer than 0'],
    [['--arrivals', PROFILE, '--max-wait', '1s', '--percentile', 'p42'], 'p99.9'],
    [['mine', ...rate, '--percentile', 'p99'], '--percentile needs --max-wait'],
    [['mine', ...rate, '--seed', '7'], '--seed needs random arrivals'],
    [['mine', '--work', '20ms', '--seed', '7'], '--seed needs random arrivals'],
    [['mine', ...rate, '--response-time', '5ms'], '--response-time can be used only with a plan'],
    [['mine', ...rate, '--poisson'], '--poisson can be used only with a plan or --arrivals'],
    [['--duration', '10s', ...rate], 'ends by time and has no rate'],
  ])('%j', async (args, expected) => {
    const folder = await tempFolder();
    expect(expectUsageError(await qbl(['size', ...args], { folder }))).toContain(expected);
    expect(await readdir(folder), 'nothing is written').toEqual([]);
  });
});
