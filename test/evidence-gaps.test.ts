import { expect, it } from 'vitest';
import { NO_IDENTITY } from '../src/message/placement.ts';
import type { Plan } from '../src/plan/plan.ts';
import { beginRun, endRun } from '../src/runs/documents/run-json.ts';
import { makeRunFolder, runFiles } from '../src/runs/run-folder.ts';
import { openJtl } from '../src/samples/jtl/jtl-writer.ts';
import { evidenceBed } from './support/evidence-bed.ts';
import { edit, message, plan, sample } from './support/history.ts';

/** Tests what verify reports about messages whose requests were in flight while nothing was acknowledged. */

const bed = evidenceBed();
const { produce, verdictOf, folderOf } = bed;

const LOOPS = 60;

/**
 * Returns the start of a loop. Loops 1 to 20 start within the first second, loops 21 to 40 within the next three
 * seconds, and loops 41 to 60 within the last second.
 */
function startOf(loop: number): number {
  if (loop <= 20) return 50 * (loop - 1);
  return loop <= 40 ? 1_000 + 150 * (loop - 21) : 4_000 + 50 * (loop - 41);
}

/**
 * Returns the response code of a loop. Nothing is acknowledged in the middle. Only loop 40, sent in the
 * middle, is acknowledged later.
 */
function responseCode(loop: number): string {
  if (loop <= 20 || loop >= 40) return '200';
  return loop === 30 || loop === 31 ? '500' : '400';
}

/**
 * Loop 25 is a phantom. Loop 30 is recovered (indeterminate, but in the queue). The acknowledged loops 40 and 45 are
 * lost.
 */
function isInQueue(loop: number): boolean {
  return loop === 25 || loop === 30 || (responseCode(loop) === '200' && loop !== 40 && loop !== 45);
}

async function send(run: string, some: Partial<Plan> = {}): Promise<void> {
  const its = plan(some);
  const groups = its.threadGroups.map((group) => ({ ...group, loops: LOOPS }));
  const folder = folderOf(run);
  await makeRunFolder(folder);
  const begun = {
    sender: 'blast',
    plan: { ...its, threadGroups: groups },
    queue: bed.queue.url,
    qblVersion: '0',
  };
  const record = await beginRun(folder, begun);
  const startedAtMs = record.startedAtMs - 10_000;
  const jtl = await openJtl(runFiles(folder).samples);
  for (let loop = 1; loop <= LOOPS; loop++) {
    const timeStampMs = startedAtMs + startOf(loop);
    const elapsedMs = loop === 40 ? 1_000 : 10;
    jtl.write({ ...sample(loop, responseCode(loop)), timeStampMs, elapsedMs });
    if (isInQueue(loop)) await produce(message(run, loop, timeStampMs + 0.25), loop % 2);
  }
  await jtl.close();
  await endRun(folder, record, 'completed', LOOPS);
  await edit(runFiles(folder).run, (text) =>
    text.replaceAll(String(record.startedAtMs), String(startedAtMs)),
  );
}

const GAP = {
  afterMs: 1_000,
  lengthMs: 3_010,
  recovered: true,
  recoveryMs: 3_010,
  requests: { sent: 21, acked: 2, rejected: 17, indeterminate: 2 },
};

it('counts what happened to the messages in a gap, and no other messages', async () => {
  await send('gap');
  const { verdict, lost, gaps } = await verdictOf('gap');
  expect({ verdict, lost, gaps }).toMatchObject({
    verdict: 'fail',
    lost: 2,
    gaps: {
      thresholdMs: 1_000,
      more: 0,
      longest: [{ ...GAP, messages: { recovered: 1, unresolved: 1, lost: 1, phantom: 1 } }],
    },
  });
  expect(gaps?.longest).toHaveLength(1);
});

it('knows nothing about the messages in a gap if they carry no identity', async () => {
  await send('nameless', { identity: NO_IDENTITY });
  expect((await verdictOf('nameless')).gaps?.longest).toMatchObject([{ ...GAP, messages: null }]);
});
