import { evidence, inVain, type Mutation, mutationsProvenBy, type Proof } from './mutation.ts';

const TALLY: Proof = { file: 'src/verify/counting/hops/hop-tally.test.ts' };
const JUDGING: Proof = { file: 'src/verify/judging/hops-evidence.test.ts' };
const tally = mutationsProvenBy(TALLY, 'src/verify/counting/hops/hop-tally.ts');
const counter = mutationsProvenBy(TALLY, 'src/verify/counting/hops/count-hops.ts');
const judging = mutationsProvenBy(JUDGING, 'src/verify/judging/hops-evidence.ts');
const verdict = mutationsProvenBy(JUDGING, 'src/verify/judging/verdict.ts');
const inspection = mutationsProvenBy(evidence('hops', 'are '), 'src/verify/hops/hop-inspection.ts');
const timed = mutationsProvenBy(evidence('hop-times', 'first copies'), 'src/verify/hops/hop-inspection.ts');
const fromQueue = mutationsProvenBy(
  { file: 'src/verify/hops/time-from-queue.test.ts' },
  'src/verify/hops/time-from-queue.ts',
);
const readers = mutationsProvenBy(evidence('hops', 'waiting'), 'src/verify/hops/hop-readers.ts');
const reading = mutationsProvenBy(evidence('hops', 'recreated'), 'src/verify/hops/hop-reading.ts');
const session = mutationsProvenBy(evidence('hops', 'queue lacks'), 'src/verify/session.ts');
const inQueue = 'src/verify/counting/in-queue.ts';
const expected = mutationsProvenBy(evidence('hops', 'only if they are in the queue'), inQueue);
const sending = mutationsProvenBy(evidence('hops', 'sender that was killed'), inQueue);

/** Mutations of the rules about the hops, the queues to which the service writes. */
export const hops: readonly Mutation[] = [
  tally(
    'a message that was read from a hop before the queue is not missing',
    'if (this.#isInNoHop(slot)) this.#missing++;',
    'this.#missing++;',
  ),
  tally(
    'only the first copy in any hop means that a message is not missing',
    '=== 1 && this.#isInNoHop(slot)) this.#missing--',
    '=== 1) this.#missing--',
  ),
  tally('a second copy in a hop is counted', 'if (copies < 2)', 'if (copies < 1)'),
  tally(
    'a message that is only in a hop is listed',
    'if (!isInQueue && this.#isInNoHop(slot)) return null;',
    'if (!isInQueue) return null;',
  ),
  tally('another reading of the queue starts with empty counts', 'this.#inQueue.clear();', ''),
  counter(
    'a message in no hop is missing',
    'copies.every((each) => each === 0)',
    'copies.some((each) => each === 0)',
  ),
  counter('one hop may have a message only once', 'if (copies.some((each) => each > 1)) return true;', ''),
  counter('exactly-one allows a message in one hop', '.length > 1;', '.length > 2;'),
  counter('at-least-one allows a message in several hops', "rule === 'exactly-one' &&", ''),
  counter(
    'a message that may have been sent does not count as never sent',
    "this.#mayBeSent(identity) ? 'notInQueue' : 'neverSent'",
    "'neverSent'",
  ),
  judging(
    'a message is proven missing only if the hops were read to their ends',
    'missing > 0 && isWhole',
    'missing > 0',
  ),
  judging(
    'repeats fail only with --exactly-once',
    'repeated > 0 && rules.exactlyOnce && isWhole',
    'repeated > 0 && isWhole',
  ),
  judging(
    'repeats are proven only if the hops were read to their ends',
    'rules.exactlyOnce && isWhole',
    'rules.exactlyOnce',
  ),
  judging('a message in a hop that was never sent fails', 'if (neverSent > 0)', 'if (false)'),
  judging(
    'a hop that was not read to its end makes the verdict unknown',
    'for (const text of incomplete)',
    'for (const text of [] as string[])',
  ),
  judging('a redelivery may be a repeat', 'if (redelivered > 0 && rules.exactlyOnce)', 'if (false)'),
  judging(
    'a doubt about a hop matters if a message is missing',
    'return missing > 0 || exactlyOnce;',
    'return exactlyOnce;',
  ),
  judging(
    'a doubt about a hop matters with --exactly-once',
    'return missing > 0 || exactlyOnce;',
    'return missing > 0;',
  ),
  judging(
    'messages of another sender prove nothing',
    'isCertain ? { missing, repeated, neverSent, notInQueue } : zeroOf(HOP_COUNTS)',
    '{ missing, repeated, neverSent, notInQueue }',
  ),
  judging('the hops of the plan must be read', 'plan?.hops !== undefined', 'false'),
  verdict(
    'a message is proven missing only if the queue was read to its end',
    'isDrained && incompleteHops.length === 0',
    'incompleteHops.length === 0',
  ),
  verdict(
    'a doubt about a hop is not a doubt about the queue',
    'isDrained && ofQueue.preventing.length === 0',
    'isDrained && ofQueue.preventing.length === 0 && incompleteHops.length === 0',
  ),
  inspection('a hop has its own place of the token', '...(find === undefined ? {} : { find })', ''),
  fromQueue(
    'producers do not say when messages arrived',
    "if (queue !== 'LogAppendTime' || hop !== 'LogAppendTime')",
    "if (queue !== 'LogAppendTime' && hop !== 'LogAppendTime')",
  ),
  fromQueue('two systems have two clocks', 'if (!isSameSystem)', 'if (false)'),
  timed(
    'a message may be read from the hop before it is read from the queue',
    'if (sentAtMs === null || queuedAtMs === null)',
    'if (sentAtMs === null)',
  ),
  timed(
    'a time before the arrival in the queue is negative',
    'if (arrivedAtMs !== null) this.fromQueue.add(arrivedAtMs - queuedAtMs);',
    'if (arrivedAtMs !== null) this.fromQueue.add(Math.abs(arrivedAtMs - queuedAtMs));',
  ),
  tally(
    'the first arrival in the queue counts',
    'if (this.#queueArrivals.get(slot) !== 0) return false;',
    '',
  ),
  inspection(
    'the latency of a message with a token is recorded when its row is read',
    'tally.keepArrival(hop, identity, arrivedAtMs)',
    'void arrivedAtMs',
  ),
  readers(
    'verify waits for messages that are missing in the hops',
    'this.#missing === 0 && isQuiet',
    'isQuiet',
  ),
  readers(
    'the hops are read once more at the limit of the wait',
    'const isLast = performance.now() >= limitMs;',
    'const isLast = true;',
  ),
  reading(
    'a hop can be recreated like the queue',
    'const doubts = await doubtsOf(reading, { ends: drain.ends, queueId }, runs);',
    'const doubts: Doubt[] = [];',
  ),
  session(
    'a message in a hop is evidence about the queue',
    'ended.drain.complete ? notInQueue(hops) : null',
    'null',
  ),
  readers(
    'with --exactly-once, verify waits until the hops are quiet',
    '!rules.exactlyOnce || performance.now() - quietSinceMs >= settleMs',
    'true',
  ),
  readers(
    'verify does not wait for hops if the queue was not read',
    'isDrained ? await this.#wait(this.#waitsSinceMs + this.#hops.withinMs) : []',
    'await this.#wait(this.#waitsSinceMs + this.#hops.withinMs)',
    inVain(evidence('hops', 'not read to its end')),
  ),
  inspection(
    'a message of another execution is foreign',
    'this.#periods.isOutside(claim.identity.run, sentAtMs)',
    'false',
  ),
  expected('only messages that arrived must be in the hops', 'hasArrived(entry, unproven) &&', ''),
  sending(
    'a killed sender may have sent messages without a row',
    'outcome !== null || (!ended && isPlanned(identity))',
    'outcome !== null',
  ),
];
