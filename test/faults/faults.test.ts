import { randomUUID } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerifyCounts } from '../../src/runs/documents/verify-json.ts';
import { describeWith } from '../services/describe-with.ts';
import { countsOf } from '../support/verification.ts';
import { FaultCluster } from './fault-cluster.ts';
import { FAULTS, type Fault, type Scene } from './faults.ts';
import { type Judgement, PacedRun, type PacedRunResult } from './paced-run.ts';
import { NAIVE_TOPIC, startNaiveProxy, startServe } from './proxies.ts';
import { recoveryOf } from './recovery.ts';
import { type Finding, tableOf, writeDocument } from './table.ts';

/** The load is steady after this time, so the fault starts then. */
const BEFORE_FAULT_MS = 6_000;
const AFTER_FAULT_MS = 8_000;
const RUN_AT_LEAST_MS = 32_000;

/** The tests stop, continue and end nodes with signals, which Windows does not have. */
const isPosix = process.platform !== 'win32';

describeWith(['java', 'mvn'], 'faults', () => {
  let cluster: FaultCluster;
  const circumstances = describeMachine();
  const findings: Finding[] = [];

  beforeAll(async () => {
    if (!isPosix) return;
    cluster = await FaultCluster.start();
    await cluster.makeTopic(NAIVE_TOPIC);
  });

  afterAll(async () => {
    await cluster?.stop();
    if (findings.length > 0) process.stdout.write(`\n${tableOf(findings)}\n`);
    const isWhole = findings.length === FAULTS.length * 2;
    if (process.env['QBL_WRITE_FAULTS'] && isWhole) await writeDocument(findings, circumstances);
  });

  test.runIf(isPosix).each(FAULTS)(
    '$name: the queue has all messages that qbl serve acked, and none that it rejected',
    async (fault) => {
      const topic = `topic-${randomUUID()}`;
      await cluster.makeTopic(topic);
      await cluster.untilInSync([NAIVE_TOPIC]);
      const proxies = await Promise.all([startServe(cluster, topic), startNaiveProxy(cluster)]);
      const found = await sendThrough(fault, { cluster, proxies });
      findings.push(...found.map(({ finding }) => finding));
      process.stdout.write(`\n${tableOf(found.map(({ finding }) => finding))}\n`);
      const [ours, naive] = found;
      for (const judgement of judgementsOf(ours?.result)) expectHeld(judgement);
      expect(ours?.finding.recovery).toMatchObject({ recoveryMs: expect.any(Number) });
      for (const { record } of judgementsOf(naive?.result)) expect(record.drained).toBe(true);
    },
  );
});

/** Starts two runs side by side, so that the same fault affects both proxies. */
async function sendThrough(fault: Fault, scene: Scene) {
  const runs = await Promise.all(scene.proxies.map((proxy) => PacedRun.begin(scene.cluster, proxy)));
  const startedAtMs = performance.now();
  await sleep(BEFORE_FAULT_MS);
  const times = await fault.provoke(scene);
  await sleep(Math.max(AFTER_FAULT_MS, startedAtMs + RUN_AT_LEAST_MS - performance.now()));
  return Promise.all(
    runs.map(async (run) => {
      const result = await run.end();
      const recovery = await recoveryOf(result.samplesFile, times);
      const finding: Finding = { fault: fault.name, proxy: run.proxy, record: result.seen.record, recovery };
      return { finding, result };
    }),
  );
}

function judgementsOf(result: PacedRunResult | undefined): Judgement[] {
  if (result === undefined) throw new Error('the run has no result');
  const { seen, replayed } = result;
  expect(settledOf(replayed), 'the same result by replay').toEqual(settledOf(seen));
  expect(replayed.record.received).toBeGreaterThanOrEqual(seen.record.received);
  return [result.seen, result.replayed];
}

/** A proxy can still store indeterminate messages after the tap has ended. All other results are final. */
function settledOf({ record }: Judgement): Partial<VerifyCounts> {
  const { received, recovered, unresolved, duplicated, ...settled } = countsOf(record);
  return settled;
}

function expectHeld({ code, record }: Judgement): void {
  const none = { lost: 0, phantom: 0, unexpected: 0, corrupt: 0, duplicated: 0 };
  expect(record).toMatchObject({ ...none, drained: true, verdict: 'pass', reasons: [] });
  expect(code).toBe(0);
}

/** Describes the machine and its load. Call this before the tests start anything. */
function describeMachine(): string {
  const { platform, arch, version } = process;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `Node ${version}, ${platform} ${arch}, ${cpus().length} cores, load average before the start ${load}:`;
}
