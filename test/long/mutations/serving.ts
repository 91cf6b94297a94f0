import {
  evidence,
  inVain,
  type Mutation,
  mutationsOf,
  mutationsProvenBy,
  SIMULATIONS,
  TALLY,
  VERDICT,
} from './mutation.ts';

const state = mutationsProvenBy(TALLY, 'src/verify/counting/slots/slot-state.ts');
const service = mutationsProvenBy(TALLY, 'src/verify/counting/service-counts.ts');
const messages = mutationsProvenBy(TALLY, 'src/verify/counting/count-messages.ts');
const receipts = mutationsProvenBy(TALLY, 'src/verify/counting/receipts-added.ts');
const entry = mutationsProvenBy(TALLY, 'src/verify/counting/count-entry.ts');
const table = mutationsProvenBy(TALLY, 'src/verify/counting/identity-table.ts');
const verdict = mutationsProvenBy(VERDICT, 'src/verify/judging/verdict.ts');
const conclude = mutationsOf('src/verify/judging/conclude.ts');
const samples = mutationsOf('src/verify/gathering/samples.ts');
const services = mutationsOf('src/verify/gathering/services.ts');
const earlierReceipts = mutationsOf('src/verify/gathering/earlier-receipts.ts');
const receiptsRead = mutationsOf('src/verify/gathering/receipts-read.ts');
const gathered = mutationsOf('src/verify/gathering/gathered.ts');
const session = mutationsOf('src/verify/session.ts');
const readingKind = mutationsOf('src/verify/reading-kind.ts');
const sessionDoubts = mutationsOf('src/verify/judging/session-doubts.ts');
const follow = mutationsOf('src/verify/follow.ts');
const SERVICE = evidence('service', '^a service');
const UNSEEN = evidence('service', '^a receipt of a message that was not found');
const ALONE = evidence('service', '^receipts alone');
const EARLIER = evidence('restart', '^a receipt that is older');
const TAPPED = evidence('service', '^a tap waits');
const LONGER = evidence('service', 'does not wait for a service after the deadline');

/** Mutations of the rules about what the receipts of a service prove. */
export const serving: readonly Mutation[] = [
  state('a message with a receipt is not missing', ' && !hasReceipt(state);', ';'),
  state('receipts are counted up to two', 'seenIn(state) < 2', 'true'),
  state('messages processed twice are counted up to two', ' || processedIn(state) === 2', ''),
  state('a failed attempt is not processing', "outcome === 'failed' || processedIn", 'processedIn'),
  state('a dead letter is recorded', 'return received | DEAD_LETTERED', 'return received'),
  state('a receipt is recorded', 'hasReceipt(state) ? state : state + (1 << RECEIPTS_SHIFT)', 'state'),
  service('processed twice means more than once', 'processed > 1', 'processed > 2'),
  service('a processed message is not dead-lettered', 'if (processed > 0) return;', ''),
  messages('a message that has not arrived is not unprocessed', 'if (arrived) countServed(', 'countServed('),
  entry('a copy of a message without an ack does not prove arrival', 'unproven === null && (', '('),
  messages('copies of messages without an ack are counted separately', 'unstored[unproven]++;', '{}'),
  entry('a receipt proves that a message with a copy arrived', 'seen === 0 || hasReceipt', 'seen === 0'),
  service('a dead-lettered message is not unprocessed', "deadLettered ? 'deadLettered' : ", ''),
  entry('a message with a receipt is received', '(entry.seen > 0 || entry.hasReceipt)', 'entry.seen > 0'),
  receipts('failed attempts are counted', "if (outcome !== 'processed') this.#failedAttempts++;", ''),
  receipts('a receipt of an unknown message is unseen', 'this.#unknown++;', ''),
  messages(
    'receipts of messages that no reader saw are counted',
    'if (entry.hasReceipt && entry.seen === 0) into.unseen++;',
    '',
  ),
  receipts(
    'a message that a reader saw needs no receipt as proof',
    ' && seenIn(before) === 0) this.#unproven++',
    ') this.#unproven++',
  ),
  receipts(
    'receipts that prove nothing are counted',
    "if (condition !== 'intact' && seenIn",
    'if (false && seenIn',
  ),
  receipts(
    'processing a message that was dead-lettered before is noticed',
    ' && processedIn(before) > 0',
    ' && false',
  ),
  receipts(
    'any receipt after a dead letter is noticed',
    '(isDeadLettered(before) || wasProcessed)',
    'wasProcessed',
  ),
  table(
    'a receipt of an unknown message adds no message',
    'if (!addsUnknown && state === 0) return null;',
    '',
  ),
  verdict('an unprocessed message fails the verdict', 'unprocessed > 0 && unfinished === null', 'false'),
  verdict(
    'an unprocessed message is proven only if the queue was read to its end',
    'unprocessed > 0 && unfinished === null && isWhole',
    'unprocessed > 0 && unfinished === null',
  ),
  verdict(
    'a service that did not finish proves nothing',
    'unprocessed > 0 && unfinished === null',
    'unprocessed > 0',
  ),
  verdict('service-unfinished', 'unprocessed > 0 && unfinished !== null', 'false'),
  verdict(
    'a message processed twice passes',
    'processedTwice > 0 && rules.exactlyOnce',
    'processedTwice > 0',
  ),
  verdict(
    'a message processed twice fails the verdict with --exactly-once',
    'processedTwice > 0 && rules.exactlyOnce',
    'false',
  ),
  verdict('a killed service may have processed more messages', 'if (killed && rules', 'if (false && rules'),
  verdict(
    'a receipt of an event proves no second processing',
    'unprovenTwice > 0 && rules',
    'false && rules',
  ),
  verdict('a message that only a receipt reports may be damaged', 'evidence.unprovenReceipts > 0', 'false'),
  services(
    'a service without an end has not finished',
    'if (end === null) return',
    'if (false) return',
    SERVICE,
  ),
  services('a service without --drain has not finished', 'if (!options.drain)', 'if (false)', SERVICE),
  earlierReceipts('a receipt may be of an earlier start', ' < startedAtMs', ' < 0', EARLIER),
  earlierReceipts('a receipt may be as old as the start', ' < startedAtMs', ' <= startedAtMs', EARLIER),
  earlierReceipts('a send time shows the start better', 'sentAtMs === null && ', '', EARLIER),
  services(
    'receipts that were left out may hide what a service did',
    'lacks[0] ?? leftOut',
    'lacks[0] ?? null',
    EARLIER,
  ),
  sessionDoubts(
    'receipts that were left out may hide a second processing',
    'receiptsLeftOut(services),',
    '',
    EARLIER,
  ),
  receiptsRead('missing receipts are noticed', 'read < written', 'false', SERVICE),
  receiptsRead(
    'only a killed service leaves an incomplete receipt',
    'this.torn <= ends',
    'true || this.torn <= ends',
    SERVICE,
  ),
  services(
    'a service that stopped too early is noticed',
    'Date.parse(end.at) < sentUntilMs',
    'false',
    SERVICE,
  ),
  services(
    'the time of the last send of a killed sender is not known',
    'runs.every(({ ended }) => ended)',
    'true',
    SERVICE,
  ),
  conclude(
    'messages of a run without a service are not unprocessed',
    'runs.filter(({ run }) => services.runs.has(run))',
    'runs',
    SERVICE,
  ),
  services('a run with receipts had a service', 'served.add(run.run);', '', SERVICE),
  services(
    'a run without a service does not affect when another service may stop',
    'runs.filter(({ run }) => served.has(run))',
    'runs',
    SERVICE,
  ),
  gathered('a request is in flight until the sender ends', 'record?.end?.atMs ?? ', '', SERVICE),
  samples('a request is in flight until its response', ' + row.elapsedMs', '', SERVICE),
  services(
    'an earlier service that was killed counts',
    'earlier.some((before) => before.end === null)',
    'false',
    SERVICE,
  ),
  sessionDoubts(
    'a receipt of a message that is not in the log is a contradiction',
    'contradiction(unseen),',
    '',
    UNSEEN,
  ),
  session(
    'a receipt is no contradiction if services remove messages',
    'drain.complete && this.#seesAll ?',
    'drain.complete ?',
    SIMULATIONS,
  ),
  session(
    'receipts of unknown messages count if only receipts are read',
    '!this.#seesAll);',
    'false);',
    ALONE,
  ),
  sessionDoubts(
    'receipts alone are complete only if the service finished',
    'return unfinished === null ? null :',
    'return unfinished !== null ? null :',
    ALONE,
  ),
  readingKind('receipts do not show the order', 'if (!rules.ordered)', 'if (true)', ALONE),
  follow(
    'verify waits for the end of the service',
    'await untilServiceEnded(options, stopOrSignal);',
    '',
    TAPPED,
  ),
  follow(
    'verify waits for a service only until the deadline',
    'performance.now() < until && ',
    '',
    inVain(LONGER),
  ),
];
