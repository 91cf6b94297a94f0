import { evidence, inVain, type Mutation, mutationsOf, type Proof, SIMULATIONS } from './mutation.ts';

const settle = mutationsOf('src/verify/reading/settle.ts');
const openReader = mutationsOf('src/verify/open-reader.ts');
const session = mutationsOf('src/verify/session.ts');
const inspection = mutationsOf('src/verify/reading/inspection.ts');
const LATE = evidence('replay', 'waits for messages that a proxy enqueues');
const SETTLE: Proof = { file: 'src/verify/reading/settle.test.ts' };
const DEADLINE = evidence('replay', 'is unknown if the deadline passes');
const COUNTED = evidence('runs', '^messages without identity');

/** Mutations of the rules about reading the queue, and waiting at its end. */
export const reading: readonly Mutation[] = [
  settle(
    'verify waits for late messages',
    "return missing > 0 ? 'missing'",
    "return missing < 0 ? 'missing'",
    LATE,
  ),
  settle('the ends of the queue are requested again during the wait', 'drain = again;', '', SETTLE),
  settle(
    'verify does not wait if no message is missing',
    "while (drain.complete && waitedForIn(before) !== 'nothing' && ",
    'while (drain.complete && ',
    SETTLE,
  ),
  settle(
    'each missing message that arrives starts the settle time again',
    'if (isProgress(before, now)) quietSinceMs = performance.now();',
    '',
    SETTLE,
  ),
  settle('the wait ends at --deadline', 'while (drain.complete && ', 'while (', SETTLE),
  settle(
    'verify waits for a quiet queue if a further message could change the verdict',
    "if (wantsQuiet) return 'quiet';",
    '',
    SETTLE,
  ),
  settle(
    'each message of the runs starts the quiet time again',
    'now.wantsQuiet ? now.seen > before.seen :',
    '',
    SETTLE,
  ),
  session(
    'with --exactly-once, verify waits for second copies',
    'rules.exactlyOnce ||',
    'false ||',
    evidence('reading', 'a second copy'),
  ),
  session(
    'verify waits for rejected messages that may arrive',
    '|| runs.some(({ samples }) => samples.rejected > 0)',
    '',
    evidence('reading', 'a rejected message may still arrive'),
  ),
  session(
    'a second reading does not wait again',
    'settled === null ? settleMs : 0',
    'settleMs',
    inVain(evidence('reading', 'happens only once')),
  ),
  session(
    '--deadline limits the reading',
    'performance.now() + deadlineMs',
    'performance.now() + 1e9',
    inVain(DEADLINE),
  ),
  session(
    'without identity, verify waits while there are fewer messages than acks',
    'Math.max(0, acked - inspection.deliveries)',
    '0',
    COUNTED,
  ),
  session(
    'without identity, verify does not wait if there are enough messages',
    'runs.every(isIdentified)',
    'true',
    inVain(COUNTED),
  ),
  session(
    'a tap records where the topic ended',
    'live ? reader.start : history.starts',
    'history.starts',
    evidence('tap', 'although retention removed older messages'),
  ),
  inspection(
    'a message that was sent outside the time of the run belongs to another execution',
    'return this.#periods.isOutside(reading.run, reading.sentAtMs);',
    'return false;',
    { file: 'src/verify/reading/inspection.test.ts', named: 'sent before the run' },
  ),
  inspection(
    "a producer's timestamp does not exclude an encoded message",
    "timestamp?.source !== 'LogAppendTime') return true",
    'timestamp === null) return true',
    evidence('messages', "whatever a producer's timestamp says"),
  ),
  inspection(
    'a damaged message has no latency',
    " && reading.condition !== 'corrupt')",
    ')',
    evidence('latency', 'for a damaged message'),
  ),
  session(
    'the number of removed messages is recorded',
    'this.#inspection.tallyOf(folder.id).deliveries',
    '0',
    SIMULATIONS,
  ),
  session(
    'the end of the queue is recorded',
    'await recordEnds(this.#options, drain, queueId);',
    '',
    SIMULATIONS,
  ),
  openReader(
    'a reading that will remove messages is recorded',
    'if (takes) await recordTaking(options);',
    '',
    SIMULATIONS,
  ),
  session(
    'removed messages are recorded for each run separately',
    'this.#inspection.tallyOf(folder.id).deliveries',
    'this.#inspection.deliveries',
    evidence('taken', 'each of several runs'),
  ),
  session(
    'removed messages without identity may belong to the run',
    'isNameless ?',
    'false ?',
    evidence('taken', 'carry no identity'),
  ),
  session(
    'a verdict counts no message that comes after the counts were taken',
    'this.#inspection.freeze();',
    '',
    evidence('tap', 'while its verdict is reached'),
  ),
];
