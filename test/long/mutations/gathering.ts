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
const follow = mutationsOf('src/verify/follow.ts');
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
    '--rejected-status is heard',
    'outcomeOf(row, source.rejectedStatuses)',
    'outcomeOf(row)',
    evidence('samples', 'additional statuses count as rejected'),
  ),
  samples(
    'a torn row is noticed',
    '(read.torn = true)',
    '(read.torn = false)',
    evidence('samples', 'incomplete'),
  ),
  samples('a row of no message is noticed', 'read.unplaced++', 'void 0', UNCLEAR),
  places(
    'the label names the request',
    'sendsMessage(plan, request) ? index + 1',
    'sendsMessage(plan, request) ? 1',
    evidence('samples', 'two thread groups'),
  ),
  places(
    'the label is one of the thread group',
    'plan.threadGroups[group - 1]',
    'plan.threadGroups[0]',
    evidence('samples', 'two thread groups'),
  ),
  places('without the column loop rows of a thread count up', '?? 0) + 1', '?? 0) + 2', OWN),
  places('each thread counts for itself', '`${threadName}\\n${request}`', "''", OWN),
  places(
    'the column loop is heard',
    'row.loop === null ? this',
    'true ? this',
    evidence('samples', 'are matched with messages by their loop'),
  ),
  samples('acked rows are counted', 'read.acked++', 'void 0', COUNTED),
  samples(
    'the first start is the earliest',
    'Math.min(read.firstStartMs, row.timeStampMs)',
    'row.timeStampMs * 0',
    evidence('replay', 'retention removed only'),
  ),
  settle(
    'what is late is waited for',
    "return missing > 0 ? 'missing'",
    "return missing < 0 ? 'missing'",
    LATE,
  ),
  settle('the ends are asked for again', 'drain = again;', '', SETTLE),
  settle(
    'nobody waits when nothing is missing',
    "while (drain.complete && waitedForIn(before) !== 'nothing' && ",
    'while (drain.complete && ',
    SETTLE,
  ),
  settle(
    'the time to settle begins anew with each that arrives',
    'if (isProgress(before, now)) quietSinceMs = performance.now();',
    '',
    SETTLE,
  ),
  settle('--deadline ends the waiting', 'while (drain.complete && ', 'while (', SETTLE),
  settle(
    'quiet is waited for where a message more would matter',
    "if (wantsQuiet) return 'quiet';",
    '',
    SETTLE,
  ),
  settle(
    'each message of the runs breaks the quiet',
    'now.wantsQuiet ? now.seen > before.seen :',
    '',
    SETTLE,
  ),
  session(
    'a second copy matters with --exactly-once',
    'rules.exactlyOnce ||',
    'false ||',
    evidence('reading', 'a second copy'),
  ),
  session(
    'a message that was rejected may come',
    '|| runs.some(({ samples }) => samples.rejected > 0)',
    '',
    evidence('reading', 'a rejected message may still arrive'),
  ),
  session(
    'who has waited does not wait again',
    'settled === null ? settleMs : 0',
    'settleMs',
    inVain(evidence('reading', 'happens only once')),
  ),
  session(
    '--deadline bounds the reading',
    'performance.now() + deadlineMs',
    'performance.now() + 1e9',
    inVain(DEADLINE),
  ),
  session(
    'without identity too few are waited for',
    'Math.max(0, acked - inspection.deliveries)',
    '0',
    COUNTED,
  ),
  session(
    'without identity nobody waits when enough are there',
    'runs.every(isIdentified)',
    'true',
    inVain(COUNTED),
  ),
  gathered(
    'without an end the sender was killed',
    'record.end !== null',
    'true',
    evidence('samples', 'of a killed sender give unknown'),
  ),
  gathered(
    'a samples file by itself is taken for whole',
    'record === null ? !samples.torn',
    'record === null ? false',
    OWN,
  ),
  gathered(
    'a samples file by itself shows that it is torn',
    'record === null ? !samples.torn',
    'record === null ? true',
    evidence('samples', 'incomplete'),
  ),
  gathered('the sender says how many rows it wrote', 'record?.end?.samples ?? null', 'null', UNCLEAR),
  doubt(
    'a recreated topic is seen',
    'recreated(history, inspection.firstOwn, now);',
    'null as Doubt | null;',
    ANEW,
  ),
  session(
    'a tap knows where the topic ended',
    'live ? reader.start : history.starts',
    'history.starts',
    evidence('tap', 'although retention removed older messages'),
  ),
  doubt('what retention removed is no loss', ', await removed(reading, runs)]', ']', RETENTION),
  doubt(
    'retention of what is older than the run takes nothing',
    'firstStartMs + mostNegative - CLOCK_MARGIN_MS',
    '0',
    RETENTION,
  ),
  inspection(
    'what was sent when the run was not is of another execution',
    'return this.#periods.isOutside(reading.run, reading.sentAtMs);',
    'return false;',
    evidence('tap', 'that another execution sent'),
  ),
  table(
    'a message fits its row',
    'sentAtMs !== null && !this.#pages.fits(slot, sentAtMs)) { this',
    'false) { this',
    TALLY,
  ),
  table(
    'what was seen before its row has to fit it',
    'if (isWithin(sentAtMs, window)) return true;',
    'return true;',
    TALLY,
  ),
  table('a receipt fits its row', "if (addsUnknown) this.others.add(sentAtMs); return 'other';", '', TALLY),
  wrongRows(
    'samples that begin before the run are of another',
    'firstStartMs < startedAtMs - CLOCK_STEP_MS',
    'false',
    evidence('samples', 'that begin before the run'),
  ),
  wrongRows(
    'samples that end after the run are of another',
    'lastEndMs > sentUntilMs + CLOCK_SLEW_MS',
    'false',
    evidence('samples', 'that end after the run'),
  ),
  wrongRows(
    'summary.json counts the samples',
    'summary.samples !== rows',
    'false',
    evidence('samples', 'if summary.json has'),
  ),
  mingled('two senders at once leave it unknown', 'if (among > 0)', 'if (false as boolean)', HISTORIES),
  mingled(
    'samples of another run alone leave it unknown',
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
    'rows may be sorted',
    'isInOrder &&= isAfter(row, lastStartMs)',
    'void 0',
    evidence('samples', 'rows in another order without a loop column'),
  ),
  inspection(
    'what is damaged has no latency',
    " && reading.condition !== 'corrupt')",
    ')',
    evidence('latency', 'for a damaged message'),
  ),
  doubt(
    'the clock of the sender is as far ahead as arrivals show',
    'firstStartMs + mostNegative',
    'firstStartMs',
    evidence('replay', "while the sender's clock was ahead"),
  ),
  doubt(
    'reading begins where the run did',
    'return late ?? reader',
    'return reader',
    evidence('replay', 'from the beginning is unknown if the log no longer reaches'),
  ),
  doubt(
    'a partition that was added since then began at 0',
    'starts.get(partition) ?? 0; if (from',
    'starts.get(partition) ?? from; if (from',
    evidence('replay', 'a partition that was added later'),
  ),
  doubt(
    'nobody knows how far clocks differ without a stamp of the queue',
    "source === 'LogAppendTime' ? 'queue' : 'sender'",
    "'queue'",
    evidence('replay', 'the clock difference is not known'),
  ),
  doubt(
    'ends that were seen before are remembered',
    'highest([starts ?? new Map(), history.ends])',
    'highest([starts ?? new Map()])',
    SEEN,
  ),
  doubt(
    'where a tap saw the topic end it ended',
    'highest([starts ?? new Map(), history.ends])',
    'new Map<number, number>()',
    SIMULATIONS,
  ),
  doubt('a topic with another id was made anew', 'id !== now.queueId', 'false', {
    file: 'src/verify/judging/doubt.test.ts',
  }),
  doubt(
    'an id that is not told now may be another one',
    '[withoutId(history, now), ',
    '[',
    evidence('replay', 'reports none now'),
  ),
  doubt('what verify took itself is not absent', 'takenBefore(history),', '', SIMULATIONS),
  doubt(
    'a reading that takes and did not end may have taken anything',
    'if (taken === 0)',
    'if (taken === 0 || taken === null)',
    SIMULATIONS,
  ),
  sessionDoubts(
    'what verify took itself has no receipt',
    'receiptsAlone(services), takenBefore(history)',
    'receiptsAlone(services)',
    evidence('service', 'an earlier verification removed before the service'),
  ),
  session('what a reading took is noted', 'this.#inspection.tallyOf(folder.id).deliveries', '0', SIMULATIONS),
  session(
    'where the queue ends is noted',
    'await recordEnds(this.#options, drain, queueId);',
    '',
    SIMULATIONS,
  ),
  session('that a reading takes is noted', 'if (takes) await recordTaking(options);', '', SIMULATIONS),
  history(
    'each run has to have recorded positions',
    'recorded.every((start) => start !== null) ? lowest(recorded)',
    'recorded.some((start) => start !== null) ? lowest(recorded.filter((start) => start !== null))',
    evidence('reading', 'if only one recorded them'),
  ),
  tapJson(
    'positions of another queue say nothing',
    'queue === queueUrl',
    'queue !== null',
    evidence('reading', 'belong to another queue'),
  ),
  positions(
    'the earliest positions are where reading begins',
    'merge(all, Math.min)',
    'merge(all, Math.max)',
    evidence('reading', 'of two runs begin where the first run began'),
  ),
  positions(
    'the highest end that was seen counts',
    'merge(all, Math.max)',
    'merge(all, Math.min)',
    POSITIONS,
  ),
  seen(
    'the end of another queue says nothing',
    '.filter((line) => line.queue === queue)',
    '',
    evidence('replay', 'recorded the end of another queue'),
  ),
  seen(
    'what was taken counts whatever its queue was called',
    'readLines(folder);',
    'readLines(folder).filter((line) => line.queue === queue);',
    evidence('taken', 'given by another URL'),
  ),
  session(
    'what was taken of a run is noted for it alone',
    'this.#inspection.tallyOf(folder.id).deliveries',
    'this.#inspection.deliveries',
    evidence('taken', 'each of several runs'),
  ),
  session(
    'what was taken without identity may have been of the run',
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
  reread(
    'what messages prove stays proven',
    'withoutAbsence(result, again) ?? again',
    'again',
    AFTER_RETENTION,
  ),
  follow('a tap that has concluded finds nothing more', 'await session.close(); if', 'if', AFTER_RETENTION),
  reread(
    'what stands before a time is read where stamps are those of producers',
    "if (!rests && !doubts.some(({ kind }) => kind === 'not-read-before')) return result;",
    'if (!rests) return result;',
    evidence('reading', 'a timestamp of the producer'),
  ),
  reread(
    'a log that is too long takes nothing from a pass',
    "return !rests && !again.record.drained && again.record.verdict !== 'fail' ? result : again;",
    'return again;',
    evidence('reading', 'too long to read'),
  ),
  sessionDoubts(
    'stamps of the broker tell that nothing stands before',
    "latency.source === 'LogAppendTime' && latency",
    'latency.source !== null && latency',
    evidence('reading', 'a timestamp of the producer'),
  ),
  sessionDoubts(
    'a time after the start of the run leaves out what was before',
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
    'nothing is called lost before all of the log was read',
    'return confirm(options, result);',
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
    'history.starts === null ? confirmLoss',
    'true ? confirmLoss',
    COUNTED,
  ),
  replay('a time is a hint only', "from.kind === 'time' ? confirmAbsence : confirmLoss", 'confirmLoss', HINT),
  replay(
    'a run that is not there is an error',
    'if (missing === undefined) return;',
    'return;',
    evidence('samples', 'of a missing run'),
  ),
  replay(
    'a run is named once',
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
  places('a row names a message of the plan', 'isPlanned(plan, identity) ?', 'true ?', UNCLEAR),
  samples('rows without a loop are numbered', 'read.numbered ||= row.loop === null;', '', OWN_ALONE),
  replay(
    '--from is heard',
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
