import fc from 'fast-check';
import type { Identity } from '../../src/message/identity.ts';
import {
  type ContentKind,
  contentKinds,
  type IdentityKind,
  identityKinds,
  type TokenDeed,
  tokenDeeds,
} from './tokens/token-play.ts';

/**
 * The history of one run: what the sender sent, what its proxy did, what the queue received, and how far the
 * reader read. Everything that can go wrong in between is included.
 */
export interface Play {
  readonly identity: IdentityKind;
  /** Which part of a message the plan compares, if a token identifies the message. */
  readonly content: ContentKind;
  /** The scene whose row lacks the hash of the content. Null if all rows have it. */
  readonly hashLost: number | null;
  readonly threads: number;
  readonly loops: number;
  readonly requests: number;
  /** What happened to each message, in sending order. */
  readonly scenes: readonly Scene[];
  /** Number of scenes before the sender was killed. Null if the sender ended cleanly. */
  readonly killedAfter: number | null;
  /** Number of rows before the kill that did not reach the disk. */
  readonly rowsLost: number;
  /** Whether the last row on the disk is incomplete. */
  readonly torn: boolean;
  /** Messages that this run did not send, with their position in the queue. */
  readonly strangers: readonly Stranger[];
  /** Messages with the run's ID that another execution sent. */
  readonly others: readonly Other[];
  /** Whether the samples belong to a run two days earlier. */
  readonly wrongSamples: boolean;
  /**
   * The user's own samples file. Null if qbl wrote the samples file. A user's own file has no run.json, unless
   * `hasRunJson` is set.
   */
  readonly own: OwnFile | null;
  /** The share of the queue (0 to 1) that the reader read. Null if the reader reached the end. */
  readonly incompleteAfter: number | null;
  readonly exactlyOnce: boolean;
  readonly ordered: boolean;
}

export interface Scene {
  readonly answer: Answer;
  /** Copies of the message that reach the queue. */
  readonly copies: readonly Copy[];
}

/** Response codes and messages, by kind of answer. */
export const ANSWERS = {
  ok: ['200', 'OK'],
  created: ['201', 'Created'],
  found: ['302', 'Found'],
  bad: ['400', 'Bad Request'],
  notEnqueued: ['503', 'Not Enqueued'],
  unavailable: ['503', 'Service Unavailable'],
  broken: ['500', 'Internal Server Error'],
  late: ['504', 'Gateway Timeout'],
  refused: [
    'Non HTTP response code: org.apache.http.conn.HttpHostConnectException',
    'Non HTTP response message: Connect to localhost:1 failed: Connection refused',
  ],
  reset: ['Non HTTP response code: java.net.SocketException', 'Non HTTP response message: Connection reset'],
  timedOut: [
    'Non HTTP response code: java.net.SocketTimeoutException',
    'Non HTTP response message: Read timed out',
  ],
} as const;
export type Answer = keyof typeof ANSWERS;

/** For each change that a proxy makes to a message: the condition in which `verify` must find the message. */
export const CHANGES = {
  none: 'intact',
  rewritten: 'intact',
  enveloped: 'intact',
  stringified: 'intact',
  enriched: 'enriched',
  enrichedDeep: 'enriched',
  valueChanged: 'corrupt',
  fieldDropped: 'corrupt',
  timeChanged: 'corrupt',
  runChanged: 'corrupt',
  keyBroken: 'corrupt',
  timeBroken: 'unreadable',
  identityStripped: 'foreign',
} as const;
export type Change = keyof typeof CHANGES;

export interface Copy {
  readonly change: Change;
  /** How the proxy changed the message, if the identity is a token. */
  readonly deed: TokenDeed;
  readonly partition: number;
  /** Number of later messages that arrive before this message. */
  readonly delay: number;
  /** Arrival time minus send time in milliseconds. It can be negative, because the clocks differ. */
  readonly latencyMs: number;
}

export interface Stranger {
  readonly kind: 'otherRun' | 'noJson' | 'null' | 'beyondPlan' | 'otherThread';
  readonly partition: number;
  readonly at: number;
}

export interface Other {
  /** The scene whose identity the message has, or `beyond` for a loop outside the plan. */
  readonly scene: number | 'beyond';
  /**
   * When the message was sent: before, after or during this execution. If it was sent during this execution, its send
   * time does not fit the row with its identity.
   */
  readonly when: keyof typeof TIMES_OF_OTHERS;
  readonly partition: number;
  readonly at: number;
}

/**
 * Times in milliseconds, relative to the first send, to the last send, or to the send of the same identity.
 */
export const TIMES_OF_OTHERS = {
  dayBefore: -86_400_000,
  before: -20_000,
  after: 20_000,
  dayAfter: 86_400_000,
  among: 5_000,
} as const;

/** The form of a user's own samples file. */
export interface OwnFile {
  readonly loops: 'column' | 'from 0' | 'none';
  readonly isSorted: boolean;
  /** Whether a request without a message precedes each message. */
  readonly hasGets: boolean;
  /** Whether --label names the requests with messages. */
  readonly isLabelled: boolean;
  /** If the identity is a token: whether run.json exists. Without run.json, no token can be read. */
  readonly hasRunJson: boolean;
}

const change = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Change>('none') },
  { weight: 4, arbitrary: fc.constantFrom(...(Object.keys(CHANGES) as Change[])) },
);
const copy: fc.Arbitrary<Copy> = fc.record({
  change,
  deed: tokenDeeds,
  partition: fc.integer({ min: 0, max: 1 }),
  delay: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 6 })),
  latencyMs: fc.integer({ min: -5, max: 2 }),
});
const copies = fc.oneof(
  { weight: 8, arbitrary: fc.array(copy, { minLength: 1, maxLength: 1 }) },
  fc.array(copy, { maxLength: 3 }),
);
const answer = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Answer>('ok') },
  { weight: 6, arbitrary: fc.constantFrom(...(Object.keys(ANSWERS) as Answer[])) },
);
/** A scene without any fault. Most scenes are like this, so a single fault decides the verdict. */
const quiet: fc.Arbitrary<Scene> = fc.record({
  answer: fc.constant<Answer>('ok'),
  copies: fc.tuple(
    copy.map((its): Copy => ({ ...its, change: 'none', deed: { ...its.deed, change: 'none' } })),
  ),
});
const scene = fc.record({ answer, copies });

/** Generates null in four of five cases, and otherwise a value of the given generator. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

const others: fc.Arbitrary<Other[]> = fc.array(
  fc.record({
    scene: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 17 }) },
      fc.constant('beyond' as const),
    ),
    when: fc.constantFrom<Other['when']>(
      'dayBefore',
      'before',
      'before',
      'after',
      'after',
      'dayAfter',
      'among',
    ),
    partition: fc.integer({ min: 0, max: 1 }),
    at: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const ownFile: fc.Arbitrary<OwnFile> = fc.record({
  loops: fc.constantFrom('column', 'from 0', 'none'),
  isSorted: fc.boolean(),
  hasGets: fc.boolean(),
  isLabelled: fc.boolean(),
  hasRunJson: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
});

export const plays: fc.Arbitrary<Play> = fc
  .record({
    threads: fc.integer({ min: 1, max: 3 }),
    loops: fc.integer({ min: 1, max: 3 }),
    requests: fc.integer({ min: 1, max: 2 }),
    wild: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 18 })),
  })
  .chain(({ threads, loops, requests, wild }) => {
    const size = threads * loops * requests;
    const wildOnes = Math.min(size, wild);
    return fc.record({
      threads: fc.constant(threads),
      loops: fc.constant(loops),
      identity: identityKinds,
      content: contentKinds,
      hashLost: fc.oneof(
        { weight: 19, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat(size - 1) },
      ),
      requests: fc.constant(requests),
      scenes: fc
        .tuple(
          fc.array(quiet, { minLength: size - wildOnes, maxLength: size - wildOnes }),
          fc.array(scene, { minLength: wildOnes, maxLength: wildOnes }),
        )
        .map(([tame, wilds]) => [...wilds, ...tame]),
      killedAfter: seldom(fc.integer({ min: 0, max: size })),
      rowsLost: fc.integer({ min: 0, max: 3 }),
      torn: fc.boolean(),
      strangers: fc.oneof(
        fc.constant([]),
        fc.array(
          fc.record({
            kind: fc.constantFrom<Stranger['kind']>(
              'otherRun',
              'noJson',
              'null',
              'beyondPlan',
              'otherThread',
            ),
            partition: fc.integer({ min: 0, max: 1 }),
            at: fc.integer({ min: 0, max: 20 }),
          }),
          { maxLength: 3 },
        ),
      ),
      others: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: others }),
      wrongSamples: fc.integer({ min: 0, max: 39 }).map((n) => n === 0),
      own: fc.oneof({ weight: 19, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: ownFile }),
      incompleteAfter: seldom(fc.double({ min: 0, max: 1, noNaN: true })),
      exactlyOnce: fc.boolean(),
      ordered: fc.boolean(),
    });
  });

/** Returns the identities of all messages in the plan of a history, in the order of its scenes. */
export function identitiesOf({ threads, loops, requests }: Play): Identity[] {
  const all: Identity[] = [];
  for (let loop = 1; loop <= loops; loop++) {
    for (let thread = 1; thread <= threads; thread++) {
      for (let request = 1; request <= requests; request++)
        all.push({ run: 'played', group: 1, thread, loop, request });
    }
  }
  return all;
}
