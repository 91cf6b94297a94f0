import { counting } from './counting.ts';
import { gathering } from './gathering.ts';
import { hops } from './hops.ts';
import { judging } from './judging.ts';
import type { Mutation } from './mutation.ts';
import { observing } from './observing.ts';
import { outcomeRules } from './outcome-rules.ts';
import { outcomes } from './outcomes.ts';
import { recognising } from './recognising.ts';
import { serving } from './serving.ts';
import { tokens } from './tokens.ts';

/** All mutations. Each of them breaks one rule of docs/semantics.md. */
export const MUTATIONS: readonly Mutation[] = [
  ...outcomes,
  ...outcomeRules,
  ...recognising,
  ...counting,
  ...judging,
  ...gathering,
  ...observing,
  ...serving,
  ...tokens,
  ...hops,
];
