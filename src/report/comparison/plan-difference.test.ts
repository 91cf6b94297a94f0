import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import type { Plan } from '../../plan/plan.ts';
import { beginRun } from '../../runs/documents/run-json.ts';
import { makeRunFolder, type RunFolder, runFolder } from '../../runs/run-folder.ts';
import { planDifferences } from './plan-difference.ts';
import { runNames } from './run-names.ts';

/** Returns a plan with one thread group for each number of threads. */
function planOf(threads: readonly number[], rate: number | null = null): Plan {
  const threadGroups = threads.map((count, index) => ({
    name: `group ${index + 1}`,
    threads: count,
    loops: 1,
    durationMs: null,
    rampUpMs: 0,
    onSampleError: 'continue' as const,
    requests: [],
  }));
  return { name: 'p', threadGroups, rate, identity: IN_BODY };
}

async function differencesOf(first: Plan, second: Plan): Promise<string[]> {
  const runs = await mkdtemp(join(tmpdir(), 'qbl-plans-'));
  onTestFinished(() => rm(runs, { recursive: true }));
  const begun = async (id: string, plan: Plan): Promise<RunFolder> => {
    const folder = runFolder(runs, id);
    await makeRunFolder(folder);
    await beginRun(folder, { sender: 'blast', plan, queue: null, qblVersion: '0' });
    return folder;
  };
  return planDifferences(runNames([await begun('a', first), await begun('b', second)], '.'));
}

test('names a setting by its last part if no other setting has this name', async () => {
  expect(await differencesOf(planOf([20]), planOf([4], 50))).toEqual([
    'Warning: a and b have different settings: threads 20 vs 4, rate not set vs 50.',
  ]);
});

test('names a setting by its path if several thread groups have it', async () => {
  expect(await differencesOf(planOf([1, 20]), planOf([1, 4]))).toEqual([
    'Warning: a and b have different settings: plan.threadGroups.1.threads 20 vs 4.',
  ]);
});

test('says nothing about runs with the same settings', async () => {
  expect(await differencesOf(planOf([1, 2]), planOf([1, 2]))).toEqual([]);
});
