import { structureOf } from './structure.ts';

/** A rule of docs/semantics.md that is broken on purpose, and the test that must fail because of that. */
export interface Mutation {
  /** The rule without the mutation, in words. */
  readonly rule: string;
  readonly file: string;
  /** Code that `structureOf` must find in the file exactly once, and the code that replaces it. */
  readonly from: string;
  readonly to: string;
  readonly provenBy: Proof;
}

/** Test files. If `named` is given, only those of their tests whose names match. */
export interface Proof {
  readonly file: string;
  /** Further files with tests of the same subject. */
  readonly others?: readonly string[];
  readonly named?: string;
  /**
   * Whether a time-out counts as a failed test. With the mutation, the test waits for something that never
   * comes.
   */
  readonly inVain?: true;
}

/**
 * Returns the mutated text of a file.
 * @throws Error when the code is not in the file, or more than once
 */
export function mutated(text: string, { file, from, to }: Mutation): string {
  const structure = structureOf(from);
  const found = text.match(structure)?.length ?? 0;
  if (found !== 1) throw new Error(`${file} has ${found} times, and not once: ${from}`);
  return text.replace(structure, () => to);
}

export const TALLY: Proof = {
  file: 'src/verify/counting/tally.test.ts',
  others: ['order', 'receipts', 'any-history'].map((name) => `src/verify/counting/${name}.test.ts`),
};
export const VERDICT: Proof = { file: 'src/verify/judging/verdict.test.ts' };
export const PROVABLE: Proof = { file: 'src/verify/judging/provable.test.ts' };
export const LATENCY: Proof = { file: 'src/verify/reading/latency.test.ts' };
export const MESSAGE: Proof = { file: 'src/message/message.test.ts' };
/** Slow tests, which take seconds. */
export const ANY_BYTE: Proof = { file: 'src/message/damaged-bytes.test.ts' };
export const WHOSE_MESSAGE: Proof = { file: 'src/message/whose-message.test.ts' };
export const OUTCOME: Proof = { file: 'src/samples/outcome.test.ts' };
export const RULES: Proof = {
  file: 'src/samples/rules/rules.test.ts',
  others: ['src/samples/rules/body-conditions.test.ts', 'src/samples/rules/oracle.test.ts'],
};
export const SIMULATIONS: Proof = { file: 'test/long/simulations.test.ts' };

/** Returns the same test, for a mutation that makes the test wait in vain. So a time-out counts as a failed test. */
export function inVain(proof: Proof): Proof {
  return { ...proof, inVain: true };
}

/** Returns a function that creates mutations of one file, each with the test that must fail because of it. */
export const mutationsOf =
  (file: string) =>
  (rule: string, from: string, to: string, provenBy: Proof): Mutation => ({ rule, file, from, to, provenBy });

/**
 * Returns a function that creates mutations of one file. For each mutation that names no other test, the test `usual`
 * must fail.
 */
export const mutationsProvenBy =
  (usual: Proof, file: string) =>
  (rule: string, from: string, to: string, provenBy = usual): Mutation =>
    mutationsOf(file)(rule, from, to, provenBy);

/** A test in test/evidence-*.test.ts. It uses a real broker, so it takes longer than a unit test. */
export function evidence(subject: string, named: string): Proof {
  return { file: `test/evidence-${subject}.test.ts`, named };
}
