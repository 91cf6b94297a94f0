import { evidence, LATENCY, type Mutation, type Proof } from './mutation.ts';

const inFile =
  (file: string) =>
  (rule: string, from: string, to: string, provenBy: Proof): Mutation => ({
    rule,
    file: `src/verify/${file}.ts`,
    from,
    to,
    provenBy,
  });
const samples = inFile('samples');
const settle = inFile('settle');
const session = inFile('session');
const replay = inFile('replay');
const latency = (rule: string, from: string, to: string): Mutation =>
  inFile('latency')(rule, from, to, LATENCY);
const UNCLEAR = evidence('^samples with .+ leave it unknown$');
const OWN = evidence('of a file of one’s own');
const LATE = evidence('waits for what a proxy enqueues');
const SLOW = evidence('settling begins anew');
const PATIENT = evidence('waits for nobody');
const DEADLINE = evidence('is unknown at the deadline');
const RETENTION = evidence('retention');
const RECORDED = evidence('begins where a tap began');
const ANEW = evidence('made anew');
const COUNTED = evidence('^messages without identity');
const SKEWED = evidence('reads all of the log');

/** Samples, settling, positions, the second reading, latency. */
export const gathering: readonly Mutation[] = [
  samples(
    '--rejected-status is heard',
    ', rejectedStatuses);\n      if',
    ');\n      if',
    evidence('statuses that mean a definite no'),
  ),
  samples('a torn row is noticed', '(torn = true)', '(torn = false)', evidence('torn')),
  samples('a row of no message is noticed', 'unplaced++', 'void 0', UNCLEAR),
  samples('the label names the request', 'index + 1', '1', evidence('two thread groups')),
  samples(
    'the label is one of the thread group',
    'plan.threadGroups[group - 1]',
    'plan.threadGroups[0]',
    evidence('two thread groups'),
  ),
  samples('without the column loop rows of a thread count up', '?? 0) + 1', '?? 0) + 2', OWN),
  samples('each thread counts for itself', '`${row.threadName}\\n${request}`', "''", OWN),
  samples('the column loop is heard', 'row.loop ?? ', '', evidence('tell each message by its loop')),
  samples('acked rows are counted', 'acked++', 'void 0', COUNTED),
  samples(
    'the first start is the earliest',
    'Math.min(firstStartMs, row.timeStampMs)',
    'row.timeStampMs * 0',
    evidence('retention took away only'),
  ),
  settle('what is late is waited for', 'left > 0 && performance', 'left < 0 && performance', LATE),
  settle(
    'the ends are asked for again',
    '    drain = await reader.drain(deadlineMs, signal);\n    const',
    '    const',
    DEADLINE,
  ),
  settle(
    'nobody waits when nothing is missing',
    'drain.complete && left > 0 && ',
    'drain.complete && ',
    PATIENT,
  ),
  settle(
    'the time to settle begins anew with each that arrives',
    'if (now < left) lastProgressMs = performance.now();',
    '',
    SLOW,
  ),
  settle('--deadline ends the waiting', 'while (drain.complete && ', 'while (', DEADLINE),
  session(
    '--deadline bounds the reading',
    'performance.now() + deadlineMs',
    'performance.now() + 1e9',
    DEADLINE,
  ),
  session(
    'without identity too few are waited for',
    'Math.max(0, acked - inspection.deliveries)',
    '0',
    COUNTED,
  ),
  session(
    'without identity nobody waits when enough are there',
    'runs.every(carriesIdentity)',
    'true',
    COUNTED,
  ),
  session(
    'without an end the sender was killed',
    'record.end !== null',
    'true',
    evidence('without an end leave it unknown'),
  ),
  session(
    'a samples file by itself is taken for whole',
    'record === null ? !samples.torn',
    'record === null ? false',
    OWN,
  ),
  session(
    'a samples file by itself shows that it is torn',
    'record === null ? !samples.torn',
    'record === null ? true',
    evidence('torn'),
  ),
  session('the sender says how many rows it wrote', 'record?.end?.samples ?? null', 'null', UNCLEAR),
  session('a topic made anew is seen', 'madeAnew(this.#earlier, firstOwn, drain.ends) ??', '', ANEW),
  session(
    'a tap knows where the topic ended',
    'live ? { ...earlier, starts: reader.start } : earlier',
    'earlier',
    evidence('though retention took away what is older'),
  ),
  session('what retention removed is no loss', 'await this.#removed(runs)', 'null', RETENTION),
  session(
    'retention of what is older than the run takes nothing',
    'this.#reader.removedSince(firstStartMs - CLOCK_MARGIN_MS)',
    'this.#reader.removedSince(0)',
    RETENTION,
  ),
  session(
    'retention matters only when something is missing',
    'missing === 0 ? null : ',
    '',
    evidence('retention took away what is not missing'),
  ),
  session(
    'messages older than their run are seen',
    'usedBefore === null',
    'true',
    evidence('does not satisfy the acks of today'),
  ),
  session(
    'reading begins where the run did',
    'begunLate(this.#earlier, this.start) ??',
    '',
    evidence('from the beginning is unknown where the log no longer reaches'),
  ),
  session(
    'ends that were seen before are remembered',
    'madeAnew(this.#earlier, firstOwn',
    'madeAnew({ ...this.#earlier, ends: new Map() }, firstOwn',
    evidence('once an earlier verification has seen more'),
  ),
  replay(
    'nothing is called lost before all of the log was read',
    'return confirmLoss(options, earlier, result);',
    'return result;',
    SKEWED,
  ),
  replay(
    'recorded positions are where reading begins',
    "if (recorded !== null) return { kind: 'positions', positions: recorded };",
    '',
    RECORDED,
  ),
  replay(
    'what can only be counted is not counted with older ones',
    '(isCounted && earlier.starts !== null)',
    'false',
    COUNTED,
  ),
  replay(
    'positions of another queue say nothing',
    'tap?.queue === queue.url',
    'tap !== null',
    evidence('recorded of another queue'),
  ),
  replay(
    'each run has to have recorded positions',
    'starts.every((start) => start !== null) ? lowest(starts)',
    'starts.some((start) => start !== null) ? lowest(starts.filter((start) => start !== null))',
    evidence('recorded by one of two'),
  ),
  replay(
    'the earliest positions are where reading begins',
    'Math.min(known, offset)',
    'offset',
    evidence('recorded by both'),
  ),
  replay(
    'a run that is not there is an error',
    'if (readRun(folder) !== null) return;',
    'return;',
    evidence('of a run that is not there'),
  ),
  replay('--from is heard', 'options.from ?? ', '', evidence('recorded or not')),
  latency('a reader that was there received it', "live ? 'received' : ", ''),
  latency(
    'a replay does not know when it was received',
    "live ? 'received' : delivery.timestamp?.source",
    "'received'",
  ),
  latency('stamps that differ in kind are mixed', ": 'mixed'", ': source'),
  latency('a negative latency is left out of the histogram', 'latencyMs >= 0', 'true'),
  latency('a negative latency is counted', 'this.#negative++', 'void 0'),
  latency(
    'the most negative latency is shown',
    'Math.min(this.#mostNegativeMs, latencyMs)',
    'Math.max(this.#mostNegativeMs, latencyMs)',
  ),
  latency('whole milliseconds are held against whole milliseconds', 'Math.floor(sentAtMs)', 'sentAtMs'),
  latency('arrival is when the reader received it', 'live ? delivery.receivedAtMs - sentAtMs : ', ''),
];
