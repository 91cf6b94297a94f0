import fc from 'fast-check';
import type { Identity } from '../../src/message/identity.ts';

/**
 * A history of one run as a play: what the sender tried, what its proxy did with each message, what the queue
 * got, and how far the reader came. Everything that can go wrong between the four is in it.
 */
export interface Play {
  readonly threads: number;
  readonly loops: number;
  readonly requests: number;
  /** What happened to each message, in the order in which a sender would have sent them. */
  readonly scenes: readonly Scene[];
  /** After how many scenes the sender was killed; null: it stopped in good order. */
  readonly killedAfter: number | null;
  /** How many of the rows before the kill had not reached the disk. */
  readonly rowsLost: number;
  /** The last row that reached the disk is cut in two. */
  readonly torn: boolean;
  /** Messages that nobody of this run sent, by where in the queue they stand. */
  readonly strangers: readonly Stranger[];
  /** Messages with the run's id that another execution sent. */
  readonly others: readonly Other[];
  /** The samples are those of a run a day before. */
  readonly wrongSamples: boolean;
  /** The samples are all there is, in somebody's own file; null: there is a run.json too. */
  readonly own: OwnFile | null;
  /** Why the reader did not reach the end, and after which part of the queue (0 to 1); null: it did. */
  readonly incompleteAfter: number | null;
  readonly exactlyOnce: boolean;
  readonly ordered: boolean;
}

export interface Scene {
  readonly answer: Answer;
  /** Copies that reach the queue. */
  readonly copies: readonly Copy[];
}

/** Responses by what they mean to a sender. */
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

/** What a proxy made of a message: nothing that counts, something that is no fault, or damage. */
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
  readonly partition: number;
  /** How many later arrivals overtake it. */
  readonly delay: number;
  /** Arrival less sending, on clocks that differ. */
  readonly latencyMs: number;
}

export interface Stranger {
  readonly kind: 'otherRun' | 'noJson' | 'null' | 'beyondPlan' | 'otherThread';
  readonly partition: number;
  readonly at: number;
}

export interface Other {
  /** Whose identity it has: that of a scene, or of a loop that the plan does not have. */
  readonly scene: number | 'beyond';
  /** When it was sent: before or after this execution, or while that was sent and not when its row says. */
  readonly when: keyof typeof TIMES_OF_OTHERS;
  readonly partition: number;
  readonly at: number;
}

/** From the first send, after the last, or after the send of the same identity. */
export const TIMES_OF_OTHERS = {
  dayBefore: -86_400_000,
  before: -20_000,
  after: 20_000,
  dayAfter: 86_400_000,
  among: 5_000,
} as const;

/** How somebody else writes a JTL. */
export interface OwnFile {
  readonly loops: 'column' | 'from 0' | 'none';
  readonly isSorted: boolean;
  /** A request that is no message before each one. */
  readonly hasGets: boolean;
  /** --label names the requests that are messages. */
  readonly isLabelled: boolean;
}

const change = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Change>('none') },
  { weight: 4, arbitrary: fc.constantFrom(...(Object.keys(CHANGES) as Change[])) },
);
const copy: fc.Arbitrary<Copy> = fc.record({
  change,
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
/** Most plays are quiet: only then a single wrong thing decides the verdict. */
const quiet: fc.Arbitrary<Scene> = fc.record({
  answer: fc.constant<Answer>('ok'),
  copies: fc.tuple(copy.map((its): Copy => ({ ...its, change: 'none' }))),
});
const scene = fc.record({ answer, copies });

/** Null four times of five. */
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

/** The identities of a play in the order of its scenes: each thread's loops and requests one after the other. */
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
