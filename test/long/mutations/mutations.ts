import { counting } from './counting.ts';
import { doubting } from './doubting.ts';
import { gathering } from './gathering.ts';
import { hops } from './hops.ts';
import { judging } from './judging.ts';
import { latencies } from './latencies.ts';
import type { Mutation } from './mutation.ts';
import { observing } from './observing.ts';
import { outcomeRules } from './outcome-rules.ts';
import { outcomes } from './outcomes.ts';
import { reading } from './reading.ts';
import { recognising } from './recognising.ts';
import { replaying } from './replaying.ts';
import { serving } from './serving.ts';
import { tokens } from './tokens.ts';

/** All mutations. Each mutation breaks one rule of docs/semantics.md. */
export const MUTATIONS: readonly Mutation[] = [
  ...outcomes,
  ...outcomeRules,
  ...recognising,
  ...counting,
  ...judging,
  ...gathering,
  ...replaying,
  ...reading,
  ...doubting,
  ...latencies,
  ...observing,
  ...serving,
  ...tokens,
  ...hops,
];
