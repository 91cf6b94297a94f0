import type { Offence } from '../../../src/runs/documents/counts.ts';

/** A fault on purpose: what an endpoint does to some messages, and what the verdict must say about them. */
export interface Lie {
  /** The field `attributes.channel` of an order tells the endpoint what to do. */
  readonly channel: string;
  /** Whether the plan has a rule that treats a response with status 200 and an error as rejected. */
  readonly hasRule: boolean;
  /** The problem that verify must report for each of these messages. Null if the endpoint's answer was honest. */
  readonly offence: Offence | null;
  /** The number of messages, of the 100 in a run, that the endpoint treats in this wrong way. */
  readonly concerned: number;
}

export const LIES = {
  'is honest': { channel: 'web', hasRule: true, offence: null, concerned: 0 },
  'drops messages': { channel: 'drops', hasRule: true, offence: 'lost', concerned: 10 },
  'repeats messages': { channel: 'repeats', hasRule: true, offence: 'duplicated', concerned: 10 },
  'damages messages': { channel: 'damages', hasRule: true, offence: 'corrupt', concerned: 10 },
  'swaps the ids of messages': { channel: 'swaps', hasRule: true, offence: 'corrupt', concerned: 20 },
  'answers 200 with an error': { channel: 'says-error', hasRule: true, offence: null, concerned: 10 },
  'answers 200 with an error, and the plan has no rule for it': {
    channel: 'says-error',
    hasRule: false,
    offence: 'lost',
    concerned: 10,
  },
} as const satisfies Readonly<Record<string, Lie>>;

export type LieName = keyof typeof LIES;
export const LIE_NAMES = Object.keys(LIES).filter((name): name is LieName => name in LIES);
