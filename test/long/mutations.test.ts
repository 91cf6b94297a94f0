import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Proof } from './mutations/mutation.ts';
import { MUTATIONS } from './mutations/mutations.ts';
import { type Report, Workshop } from './mutations/workshop.ts';

/** Breaks each rule of docs/semantics.md in turn. For each broken rule, a test must fail. */

/**
 * Number of mutations that are tried at the same time. The tests of a mutation spend half of their time
 * waiting.
 */
const AT_ONCE = 3;

const all: Workshop[] = [];
const free: Workshop[] = [];
const waiting: ((workshop: Workshop) => void)[] = [];

beforeAll(async () => {
  for (let i = 0; i < AT_ONCE; i++) all.push(await Workshop.open());
  free.push(...all);
});

afterAll(async () => {
  for (const workshop of all) await workshop.close();
});

test.concurrent.each(MUTATIONS)('$file: $rule', async (mutation) => {
  const report = await inWorkshop((workshop) => workshop.tryOut(mutation));
  const { provenBy } = mutation;
  const noticed = report.failed + (provenBy.inVain ? report.timedOut : 0);
  expect(noticed, `${JSON.stringify({ provenBy, report })}: nobody notices`).toBeGreaterThan(0);
});

/** These tests run after the mutations, so they also show whether a mutation has left something behind. */
test.concurrent.each(proofs())('the unchanged code passes $file', async (proof) => {
  const report = await inWorkshop((workshop) => workshop.run(proof));
  expect(report).toEqual({ passed: expect.any(Number), failed: 0, timedOut: 0, suiteErrors: [] });
  expect(report.passed).toBeGreaterThan(0);
});

/** Returns the test files, each file once, with the names of the tests that the mutations need. */
function proofs(): Proof[] {
  const files = new Map(MUTATIONS.map(({ provenBy: { file, others } }) => [file, others]));
  return [...files].map(([file, others = []]) => {
    const ofFile = MUTATIONS.filter(({ provenBy }) => provenBy.file === file);
    const names = new Set(ofFile.flatMap(({ provenBy }) => provenBy.named ?? []));
    return names.size === 0 ? { file, others } : { file, others, named: [...names].join('|') };
  });
}

async function inWorkshop(work: (workshop: Workshop) => Promise<Report>): Promise<Report> {
  const workshop = free.pop() ?? (await new Promise<Workshop>((resolve) => waiting.push(resolve)));
  try {
    return await work(workshop);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free.push(workshop);
    else next(workshop);
  }
}
