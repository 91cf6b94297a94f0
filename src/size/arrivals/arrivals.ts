import { exponential, type Random, seededRandom } from '../structures/random.ts';

/** The times at which messages arrive in the queue, or the rates at which they arrive. */
export type Arrivals =
  /** Arrival time of each message, in ascending order. The list can be read several times. */
  | { readonly kind: 'times'; readonly timesMs: Iterable<number> }
  | { readonly kind: 'profile'; readonly pieces: RateProfile };

/** Pieces (periods), each with a mean rate of arrivals. If pieces overlap, their rates are added. */
export type RateProfile = readonly RatePiece[];

/** Messages that arrive evenly between two times. If both times are equal, all arrive at once. */
export interface RatePiece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly messages: number;
}

/** A period with one rate, or a burst at one moment. */
export type Segment = Flow | Burst;

export interface Flow {
  readonly kind: 'flow';
  readonly fromMs: number;
  readonly toMs: number;
  readonly perMs: number;
}

interface Burst {
  readonly kind: 'burst';
  readonly atMs: number;
  readonly messages: number;
}

export function messagesOf(pieces: RateProfile): number {
  return pieces.reduce((sum, { messages }) => sum + messages, 0);
}

/**
 * Splits the profile into consecutive periods, from the first arrival to the last one. Also splits it at the times
 * `cutsMs`.
 */
export function segmentsOf(pieces: RateProfile, cutsMs: readonly number[] = []): Segment[] {
  const arriving = pieces.filter(({ messages }) => messages > 0);
  const edges = arriving.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const lastMs = edges.reduce((last, edge) => Math.max(last, edge), Number.NEGATIVE_INFINITY);
  const firstMs = edges.reduce((first, edge) => Math.min(first, edge), lastMs);
  const within = cutsMs.filter((cut) => cut > firstMs && cut < lastMs);
  const times = [...new Set([...edges, ...within])].sort((a, b) => a - b);
  return times.flatMap((atMs, index) => [
    ...burstAt(arriving, atMs),
    ...flowFrom(arriving, atMs, times[index + 1]),
  ]);
}

function burstAt(pieces: RateProfile, atMs: number): Segment[] {
  const messages = messagesOf(pieces.filter(({ fromMs, toMs }) => fromMs === atMs && toMs === atMs));
  return messages > 0 ? [{ kind: 'burst', atMs, messages }] : [];
}

function flowFrom(pieces: RateProfile, fromMs: number, toMs: number | undefined): Segment[] {
  if (toMs === undefined) return [];
  const active = pieces.filter((piece) => piece.fromMs <= fromMs && piece.toMs >= toMs);
  const perMs = active.reduce((sum, piece) => sum + piece.messages / (piece.toMs - piece.fromMs), 0);
  return [{ kind: 'flow', fromMs, toMs, perMs }];
}

/** Returns the arrival times of a profile, at equal intervals. */
export function evenTimes(pieces: RateProfile): Iterable<number> {
  return { [Symbol.iterator]: () => timesAtGaps(pieces, 0, () => 1) };
}

/**
 * Returns random arrival times, as if independent users sent the messages: a Poisson process with the rates
 * of the profile.
 */
export function poissonTimes(pieces: RateProfile, seed: number): Iterable<number> {
  return {
    [Symbol.iterator]: () => {
      const random: Random = seededRandom(seed, 'arrivals');
      return timesAtGaps(pieces, exponential(random), () => exponential(random));
    },
  };
}

/** Tolerance for rounding errors. Without it, a rounding error could add a message at the end of a period. */
const ROUNDING_MESSAGES = 1e-9;

/**
 * Yields arrival times. From one message to the next, the expected number of messages (rate multiplied by time) grows
 * by `nextGap()`. A gap of 1 means equal intervals.
 */
function* timesAtGaps(pieces: RateProfile, firstGap: number, nextGap: () => number): Generator<number> {
  let gap = firstGap;
  for (const segment of segmentsOf(pieces)) {
    if (segment.kind === 'burst') {
      for (let i = 0; i < Math.round(segment.messages); i++) yield segment.atMs;
      continue;
    }
    const { fromMs, toMs, perMs } = segment;
    const expected = perMs * (toMs - fromMs);
    for (; gap < expected - ROUNDING_MESSAGES; gap += nextGap()) yield fromMs + gap / perMs;
    gap = Math.max(0, gap - expected);
  }
}
