import { counting } from './counting.ts';
import { gathering } from './gathering.ts';
import { judging } from './judging.ts';
import type { Mutation } from './mutation.ts';
import { outcomes } from './outcomes.ts';
import { recognising } from './recognising.ts';
import { serving } from './serving.ts';

/** Each rule of docs/semantics.md, broken. */
export const MUTATIONS: readonly Mutation[] = [
  ...outcomes,
  ...recognising,
  ...counting,
  ...judging,
  ...gathering,
  ...serving,
];
