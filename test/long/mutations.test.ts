import { afterAll, beforeAll, expect, test } from 'vitest';
import { counting } from './mutations/counting.ts';
import { gathering } from './mutations/gathering.ts';
import { judging } from './mutations/judging.ts';
import type { Mutation, Proof } from './mutations/mutation.ts';
import { outcomes } from './mutations/outcomes.ts';
import { recognising } from './mutations/recognising.ts';
import { serving } from './mutations/serving.ts';
import { type Report, Workshop } from './mutations/workshop.ts';

/** Each rule of docs/semantics.md is broken in turn, and a test has to fail for it. */

const MUTATIONS: readonly Mutation[] = [
  ...outcomes,
  ...recognising,
  ...counting,
  ...judging,
  ...gathering,
  ...serving,
];
/** Half of the tests of a mutation is waiting. */
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

test.concurrent.each(proofs())('the code as it is passes $file', async (proof) => {
  const report = await inWorkshop((workshop) => workshop.run(proof));
  expect(report).toMatchObject({ numFailedTestSuites: 0, numFailedTests: 0 });
  expect(report.numPassedTests).toBeGreaterThan(0);
});

test.concurrent.each(MUTATIONS)('$file: $rule', async (mutation) => {
  const report = await inWorkshop((workshop) => workshop.tryOut(mutation));
  expect(report.numFailedTests, `${JSON.stringify(mutation.provenBy)} does not notice`).toBeGreaterThan(0);
});

/** The test files, each once, with the tests that are named. */
function proofs(): Proof[] {
  const files = new Set(MUTATIONS.map(({ provenBy }) => provenBy.file));
  return [...files].map((file) => {
    const ofFile = MUTATIONS.filter(({ provenBy }) => provenBy.file === file);
    const names = new Set(ofFile.flatMap(({ provenBy }) => provenBy.named ?? []));
    return names.size === 0 ? { file } : { file, named: [...names].join('|') };
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
