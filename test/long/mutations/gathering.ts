import {
  evidence,
  inVain,
  LATENCY,
  type Mutation,
  mutationsOf,
  mutationsProvenBy,
  type Proof,
  SIMULATIONS,
  TALLY,
} from './mutation.ts';

const samples = mutationsOf('src/verify/gathering/samples.ts');
const places = mutationsOf('src/verify/gathering/sample-places.ts');
const gathered = mutationsOf('src/verify/gathering/gathered.ts');
const settle = mutationsOf('src/verify/reading/settle.ts');
const openReader = mutationsOf('src/verify/open-reader.ts');
const session = mutationsOf('src/verify/session.ts');
const doubt = mutationsOf('src/verify/judging/doubt.ts');
const sessionDoubts = mutationsOf('src/verify/judging/session-doubts.ts');
const inspection = mutationsOf('src/verify/reading/inspection.ts');
const replay = mutationsOf('src/verify/replay.ts');
const history = mutationsOf('src/verify/history/read-history.ts');
const tapJson = mutationsOf('src/runs/documents/tap-json.ts');
const positions = mutationsOf('src/queue/positions.ts');
const seen = mutationsOf('src/runs/rows/seen-jsonl.ts');
const reread = mutationsOf('src/verify/reread.ts');
const agreement = mutationsOf('src/verify/agreement.ts');
const proven = mutationsOf('src/verify/proven-offences.ts');
const AFTER_RETENTION = evidence('tap', 'after whose reading');
const latency = mutationsProvenBy(LATENCY, 'src/verify/reading/latency.ts');
const arrival = mutationsProvenBy(LATENCY, 'src/verify/reading/arrival-times.ts');
const signed = mutationsProvenBy(LATENCY, 'src/verify/reading/signed-latency.ts');
const runJson = mutationsOf('src/runs/documents/run-json.ts');
const HISTORIES: Proof = { file: 'test/long/histories.test.ts' };
const UNCLEAR = evidence('samples', '^samples with .+ give unknown$');
const table = mutationsOf('src/verify/counting/identity-table.ts');
const wrongRows = mutationsOf('src/verify/judging/wrong-rows.ts');
const unidentified = mutationsOf('src/verify/judging/unidentified.ts');
const mingled = mutationsOf('src/verify/judging/mingled.ts');
const survey = mutationsOf('src/verify/gathering/samples-survey.ts');
const OWN_ALONE = evidence('samples', '^without a run.json');
const OWN = evidence('samples', "in a user's");
const LATE = evidence('replay', 'waits for messages that a proxy enqueues');
const SETTLE: Proof = { file: 'src/verify/reading/settle.test.ts' };
const DEADLINE = evidence('replay', 'is unknown if the deadline passes');
const RETENTION = evidence('replay', 'retention');
const RECORDED = evidence('replay', 'begins where a tap began');
const SEEN = evidence('replay', 'but an earlier verification saw messages');
const POSITIONS: Proof = { file: 'src/queue/positions.test.ts' };
const ANEW = evidence('replay', 'topic was recreated');
const COUNTED = evidence('runs', '^messages without identity');
const HINT = evidence('reading', '^a reading that begins at a time');
const SKEWED = evidence('replay', 'reads the whole log before it reports a loss');

/**
 * Mutations of the rules about samples, waiting at the end of the queue, positions, the second reading and
 * latency.
 */
export const gathering: readonly Mutation[] = [
  samples(
    '--rejected-status changes outcomes',
    'outcomeOf(row, source.rejectedStatuses)',
    'outcomeOf(row)',
    evidence('samples', 'additional statuses count as rejected'),
  ),
  samples(
    'an incomplete row is noticed',
    '(read.torn = true)',
    '(read.torn = false)',
    evidence('samples', 'incomplete'),
  ),
  samples('a row without a message is noticed', 'read.unplaced++', 'void 0', UNCLEAR),
  places(
    'the label of a row names the request',
    'sendsMessage(plan, request) ? index + 1',
    'sendsMessage(plan, request) ? 1',
    evidence('samples', 'two thread groups'),
  ),
  places(
    'the label of a row names a request of its thread group',
    'plan.threadGroups[group - 1]',
    'plan.threadGroups[0]',
    evidence('samples', 'two thread groups'),
  ),
  places('without the column loop, the rows of a thread are numbered', '?? 0) + 1', '?? 0) + 2', OWN),
  places('the rows of each thread are numbered separately', '`${threadName}\\n${request}`', "''", OWN),
  places(
    'the column loop is used',
    'row.loop === null ? this',
    'true ? this',
    evidence('samples', 'are matched with messages by their loop'),
  ),
  samples('acked rows are counted', 'read.acked++', 'void 0', COUNTED),
  samples(
    'the start of the run is the earliest start of a sample',
    'Math.min(read.firstStartMs, row.timeStampMs)',
    'row.timeStampMs * 0',
    evidence('replay', 'retention removed only'),
  ),
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
  gathered(
    'a run without an end has a killed sender',
    'record.end !== null',
    'true',
    evidence('samples', 'of a killed sender give unknown'),
  ),
  gathered(
    'a samples file without run.json counts as complete',
    'record === null ? !samples.torn',
    'record === null ? false',
    OWN,
  ),
  gathered(
    'an incomplete last row shows that a samples file without run.json is incomplete',
    'record === null ? !samples.torn',
    'record === null ? true',
    evidence('samples', 'incomplete'),
  ),
  gathered('run.json says how many rows the sender wrote', 'record?.end?.samples ?? null', 'null', UNCLEAR),
  doubt(
    'a recreated topic is noticed',
    'recreated(history, inspection.firstOwn, now);',
    'null as Doubt | null;',
    ANEW,
  ),
  session(
    'a tap records where the topic ended',
    'live ? reader.start : history.starts',
    'history.starts',
    evidence('tap', 'although retention removed older messages'),
  ),
  doubt('messages that retention removed are not lost', ', await removed(reading, runs)]', ']', RETENTION),
  doubt(
    'retention of messages older than the run does not matter',
    'firstStartMs + mostNegative - CLOCK_MARGIN_MS',
    '0',
    RETENTION,
  ),
  inspection(
    'a message that was sent outside the time of the run belongs to another execution',
    'return this.#periods.isOutside(reading.run, reading.sentAtMs);',
    'return false;',
    { file: 'src/verify/reading/inspection.test.ts', named: 'sent before the run' },
  ),
  table(
    'a message must fit the times of its row',
    'sentAtMs !== null && !this.#pages.fits(slot, sentAtMs)) { this',
    'false) { this',
    TALLY,
  ),
  table(
    'a message that was read before its row must fit the row',
    'if (isWithin(sentAtMs, window)) return true;',
    'return true;',
    TALLY,
  ),
  table(
    'a receipt must fit the times of its row',
    "if (addsUnknown) this.others.add(sentAtMs); return 'other';",
    '',
    TALLY,
  ),
  wrongRows(
    'samples that begin before the run belong to another run',
    'firstStartMs < startedAtMs - CLOCK_STEP_MS',
    'false',
    evidence('samples', 'that begin before the run'),
  ),
  wrongRows(
    'samples that end after the run belong to another run',
    'lastEndMs > sentUntilMs + CLOCK_SLEW_MS',
    'false',
    evidence('samples', 'that end after the run'),
  ),
  wrongRows(
    'the samples are compared with summary.json',
    'summary.samples !== rows',
    'false',
    evidence('samples', 'if summary.json has'),
  ),
  mingled(
    'two senders at the same time make the verdict unknown',
    'if (among > 0)',
    'if (false as boolean)',
    HISTORIES,
  ),
  mingled(
    'samples of another run make the verdict unknown',
    'startedAtMs === null && fitting === 0',
    'false',
    evidence('samples', 'samples of another run with'),
  ),
  survey(
    'loops may count from 0',
    'countsFromZero ||= row.loop === 0;',
    '',
    evidence('samples', 'rows whose loops count from 0'),
  ),
  survey(
    'the rows of a file may be sorted',
    'isInOrder &&= isAfter(row, lastStartMs)',
    'void 0',
    evidence('samples', 'rows in another order without a loop column'),
  ),
  inspection(
    'a damaged message has no latency',
    " && reading.condition !== 'corrupt')",
    ')',
    evidence('latency', 'for a damaged message'),
  ),
  doubt(
    'negative latencies show how far the clock of the sender is ahead',
    'firstStartMs + mostNegative',
    'firstStartMs',
    evidence('replay', "while the sender's clock was ahead"),
  ),
  doubt(
    'a reading that begins after the start of the run is noticed',
    'return late ?? reader',
    'return reader',
    evidence('replay', 'from the beginning is unknown if the log no longer reaches'),
  ),
  doubt(
    'a partition that was added later began at offset 0',
    'starts.get(partition) ?? 0; if (from',
    'starts.get(partition) ?? from; if (from',
    evidence('replay', 'a partition that was added later'),
  ),
  doubt(
    'only a timestamp of the queue shows how far clocks differ',
    "source === 'LogAppendTime' ? 'queue' : 'sender'",
    "'queue'",
    evidence('replay', 'the clock difference is not known'),
  ),
  doubt(
    'ends of the queue that were seen before are used',
    'highest([starts ?? new Map(), history.ends])',
    'highest([starts ?? new Map()])',
    SEEN,
  ),
  doubt(
    'the end of the topic that a tap recorded is used',
    'highest([starts ?? new Map(), history.ends])',
    'new Map<number, number>()',
    SIMULATIONS,
  ),
  doubt('a topic with another id was recreated', 'id !== now.queueId', 'false', {
    file: 'src/verify/judging/doubt.test.ts',
  }),
  doubt(
    'a topic that reports no id now may be another topic',
    '[withoutId(history, now), ',
    '[',
    evidence('replay', 'reports none now'),
  ),
  doubt('messages that verify itself removed are not lost', 'takenBefore(history),', '', SIMULATIONS),
  doubt(
    'a reading that removes messages and did not end may have removed any message',
    'if (taken === 0)',
    'if (taken === 0 || taken === null)',
    SIMULATIONS,
  ),
  sessionDoubts(
    'messages that verify itself removed have no receipt',
    'receiptsAlone(services), takenBefore(history)',
    'receiptsAlone(services)',
    evidence('service', 'an earlier verification removed before the service'),
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
  history(
    'recorded positions are used only if each run has them',
    'recorded.every((start) => start !== null) ? lowest(recorded)',
    'recorded.some((start) => start !== null) ? lowest(recorded.filter((start) => start !== null))',
    evidence('reading', 'if only one recorded them'),
  ),
  tapJson(
    'recorded positions of another queue are ignored',
    'queue === queueUrl',
    'queue !== null',
    evidence('reading', 'belong to another queue'),
  ),
  positions(
    'reading begins at the earliest recorded positions',
    'merge(all, Math.min)',
    'merge(all, Math.max)',
    evidence('reading', 'of two runs begin where the first run began'),
  ),
  positions('the highest recorded end counts', 'merge(all, Math.max)', 'merge(all, Math.min)', POSITIONS),
  seen(
    'the recorded end of another queue is ignored',
    '.filter((line) => line.queue === queue)',
    '',
    evidence('replay', 'recorded the end of another queue'),
  ),
  seen(
    'removed messages count, whatever the URL of their queue is',
    'readLines(folder);',
    'readLines(folder).filter((line) => line.queue === queue);',
    evidence('taken', 'given by another URL'),
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
  agreement(
    'a loss stays proven only in the same topic',
    'first.liveTopicId !== null && first.liveTopicId === second.queueId',
    'true',
    AFTER_RETENTION,
  ),
  agreement('a late message is no loss', 'if (!before.wasSeen(identity)) return false;', '', AFTER_RETENTION),
  agreement(
    'both readings agree on what both read',
    'if (isRead && !now.wasSeen(identity)) return false;',
    '',
    AFTER_RETENTION,
  ),
  agreement(
    'messages after the end of the first reading may be removed, too',
    'if (!leavesNoGap(first, second)) return false;',
    '',
    AFTER_RETENTION,
  ),
  agreement(
    'the second reading missed nothing after its start',
    'second.missed !== null ||',
    '',
    AFTER_RETENTION,
  ),
  agreement(
    'receipts of messages that only the first reading saw contradict nothing',
    "prevents === 'always' && kind !== 'contradiction'",
    "prevents === 'always'",
    AFTER_RETENTION,
  ),
  agreement(
    'a receipt of a missing message is no proof of its loss',
    'for (const identity of now.messages()) if',
    'for (const { identity } of now.sightings()) if',
    AFTER_RETENTION,
  ),
  reread(
    'what messages prove stays proven',
    'undermines(second, first) ? undermining(second, first) : withProven(second, first)',
    'second',
    evidence('replay', 'keeps an unexpected message'),
  ),
  reread(
    'a proven loss has the second copies of the second reading',
    'return withProven(result, again);',
    'return result;',
    AFTER_RETENTION,
  ),
  proven(
    'messages of another execution undermine what the first reading found',
    'isReused(second, first) ||',
    '',
    evidence('replay', 'unless it may be of another execution'),
  ),
  session(
    'a verdict counts no message that comes after the counts were taken',
    'this.#inspection.freeze();',
    '',
    evidence('tap', 'while its verdict is reached'),
  ),
  reread(
    'with timestamps of producers, messages before the starting time are read too',
    "if (!rests && !doubts.some(({ kind }) => kind === 'not-read-before')) return result;",
    'if (!rests) return result;',
    evidence('reading', 'a timestamp of the producer'),
  ),
  reread(
    'a pass stays a pass if the log is too long to read again',
    "return !rests && !again.record.drained && again.record.verdict !== 'fail'",
    'return false',
    evidence('reading', 'too long to read'),
  ),
  sessionDoubts(
    'with timestamps of the broker, messages before the starting time are not read',
    "latency.source === 'LogAppendTime' && latency",
    'latency.source !== null && latency',
    evidence('reading', 'a timestamp of the producer'),
  ),
  sessionDoubts(
    'a reading that begins after the start of the run misses messages',
    'isByBroker && isEarly',
    'isByBroker',
    evidence('reading', 'if the user gave a time'),
  ),
  unidentified(
    'encoded messages are named as the reason',
    'counts.received > 0 || nameless.count === 0',
    'true',
    evidence('messages', 'encoded'),
  ),
  replay(
    'no message is lost before the whole log was read',
    'return confirm(options, result);',
    'return result;',
    SKEWED,
  ),
  replay(
    'reading begins at recorded positions',
    "if (recorded !== null) return { kind: 'positions', positions: recorded };",
    '',
    RECORDED,
  ),
  replay(
    'messages that can only be counted are not counted with older messages',
    'history.starts === null ? confirmLoss',
    'true ? confirmLoss',
    COUNTED,
  ),
  replay(
    'a starting time is not exact',
    "from.kind === 'time' ? confirmAbsence : confirmLoss",
    'confirmLoss',
    HINT,
  ),
  replay(
    'a missing run is an error',
    'if (missing === undefined) return;',
    'return;',
    evidence('samples', 'of a missing run'),
  ),
  replay(
    'a run may be named only once',
    'ids.indexOf(id) !== i',
    'false',
    evidence('runs', 'are refused if one is given twice'),
  ),
  runJson(
    'a run is found by the id of its folder',
    'record.id === folder.id',
    'true',
    evidence('samples', 'whose folder was renamed'),
  ),
  places('a row must name a message of the plan', 'isPlanned(plan, identity) ?', 'true ?', UNCLEAR),
  samples(
    'rows without a loop are reported as numbered',
    'read.numbered ||= row.loop === null;',
    '',
    OWN_ALONE,
  ),
  replay(
    '--from is used',
    'options.from ?? ',
    '',
    evidence('reading', 'a starting point that the user gives'),
  ),
  arrival('a reader that was there received it', "live ? 'received' : ", ''),
  arrival(
    'a replay does not know when it was received',
    "live ? 'received' : timestamp?.source",
    "'received'",
  ),
  arrival('stamps that differ in kind are mixed', ": 'mixed'", ': source'),
  signed('a negative latency is left out of the histogram', 'latencyMs >= 0', 'true'),
  signed('a negative latency is counted', 'this.#negative++', 'void 0'),
  signed(
    'the most negative latency is shown',
    'Math.min(this.#mostNegativeMs, latencyMs)',
    'Math.max(this.#mostNegativeMs, latencyMs)',
  ),
  latency('whole milliseconds are held against whole milliseconds', 'Math.floor(sentAtMs)', 'sentAtMs'),
  arrival('arrival is when the reader received it', 'live ? receivedAtMs :', 'false ? 0 :'),
];
