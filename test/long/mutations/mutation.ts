/** One rule of docs/semantics.md broken on purpose, and the test that has to notice. */
export interface Mutation {
  /** The rule as it should be. */
  readonly rule: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what replaces it. */
  readonly from: string;
  readonly to: string;
  readonly provenBy: Proof;
}

/** A test file, or those of its tests whose names match. */
export interface Proof {
  readonly file: string;
  readonly named?: string;
}

export const TALLY: Proof = { file: 'src/verify/tally.test.ts' };
export const LATENCY: Proof = { file: 'src/verify/latency.test.ts' };
/** All but the one that takes five seconds, and that the others do without. */
export const MESSAGE: Proof = { file: 'src/message/message.test.ts', named: '^(?!.*damage in any byte)' };
export const ANY_BYTE: Proof = { file: 'src/message/message.test.ts', named: 'damage in any byte' };
export const OUTCOME: Proof = { file: 'src/samples/outcome.test.ts' };
export const HISTORIES: Proof = { file: 'test/long/histories.test.ts' };

/** The tests against a real broker; each takes longer than all those above. */
export function evidence(named: string): Proof {
  return { file: 'test/evidence.test.ts', named };
}
