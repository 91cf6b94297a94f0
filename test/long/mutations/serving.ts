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
const tally = mutationsProvenBy(TALLY, 'src/verify/counting/tally.ts');
const entry = mutationsProvenBy(TALLY, 'src/verify/counting/count-entry.ts');
const table = mutationsProvenBy(TALLY, 'src/verify/counting/identity-table.ts');
const verdict = mutationsProvenBy(VERDICT, 'src/verify/judging/verdict.ts');
const conclude = mutationsOf('src/verify/judging/conclude.ts');
const samples = mutationsOf('src/verify/gathering/samples.ts');
const services = mutationsOf('src/verify/gathering/services.ts');
const receiptsRead = mutationsOf('src/verify/gathering/receipts-read.ts');
const gathered = mutationsOf('src/verify/gathering/gathered.ts');
const session = mutationsOf('src/verify/session.ts');
const readingKind = mutationsOf('src/verify/reading-kind.ts');
const sessionDoubts = mutationsOf('src/verify/judging/session-doubts.ts');
const follow = mutationsOf('src/verify/follow.ts');
const SERVICE = evidence('service', '^a service');
const UNSEEN = evidence('service', '^a receipt of a message that was not found');
const ALONE = evidence('service', '^receipts alone');
const TAPPED = evidence('service', '^a tap waits');
const LONGER = evidence('service', 'does not wait for a service after the deadline');

/** Mutations of the rules about what the receipts of a service prove. */
export const serving: readonly Mutation[] = [
  state('what a service had in hand is not missing', ' && !hasReceipt(state);', ';'),
  state('twice is as often as is counted', 'seenIn(state) < 2', 'true'),
  state('processed twice is as often as is counted', ' || processedIn(state) === 2', ''),
  state('a failed attempt has not processed', "outcome === 'failed' || processedIn", 'processedIn'),
  state('a dead letter is noted', 'return received | DEAD_LETTERED', 'return received'),
  state('a receipt is noted', 'hasReceipt(state) ? state : state + (1 << RECEIPTS_SHIFT)', 'state'),
  service('processed twice is more than once', 'processed > 1', 'processed > 2'),
  service('what is processed is not dead-lettered', 'if (processed > 0) return;', ''),
  tally('what has not arrived is not unprocessed', 'if (arrived) countServed(', 'countServed('),
  entry('a copy of what was not acked has not arrived', 'unproven === null && (', '('),
  tally('such a copy is counted by itself', 'unstored[unproven]++;', '{}'),
  entry('a receipt proves a copy', 'seen === 0 || hasReceipt', 'seen === 0'),
  service('a dead letter is not unprocessed', "deadLettered ? 'deadLettered' : ", ''),
  entry('what a service had in hand is received', '(entry.seen > 0 || entry.hasReceipt)', 'entry.seen > 0'),
  tally('failed attempts are counted', "if (outcome !== 'processed') this.#failedAttempts++;", ''),
  tally('a receipt of what nobody knows is unseen', 'this.#unknownReceipts++;', ''),
  tally(
    'receipts of what no reader saw are unseen',
    'if (entry.hasReceipt && entry.seen === 0) unseen++;',
    '',
  ),
  tally(
    'what a reader saw needs no receipt that proves it',
    ' && seenIn(before) === 0) this.#unprovenReceipts++',
    ') this.#unprovenReceipts++',
  ),
  tally(
    'receipts that prove nothing are counted',
    "if (condition !== 'intact' && seenIn",
    'if (false && seenIn',
  ),
  tally('a dead letter that was processed is noticed', ' && processedIn(before) > 0', ' && false'),
  tally(
    'what is done after a dead letter is noticed',
    '(isDeadLettered(before) || wasProcessed)',
    'wasProcessed',
  ),
  table('a receipt makes no slot of what nobody knows', 'if (!addsUnknown && state === 0) return null;', ''),
  verdict('what was not processed fails', 'unprocessed > 0 && unfinished === null', 'false'),
  verdict(
    'what was not processed is proven only by reading to the end',
    'unprocessed > 0 && unfinished === null && isWhole',
    'unprocessed > 0 && unfinished === null',
  ),
  verdict(
    'a service that did not finish proves nothing',
    'unprocessed > 0 && unfinished === null',
    'unprocessed > 0',
  ),
  verdict('service-unfinished', 'unprocessed > 0 && unfinished !== null', 'false'),
  verdict('processed twice passes', 'processedTwice > 0 && rules.exactlyOnce', 'processedTwice > 0'),
  verdict('processed twice fails with --exactly-once', 'processedTwice > 0 && rules.exactlyOnce', 'false'),
  verdict('a killed service may have done more', 'if (killed && rules', 'if (false && rules'),
  verdict('what only receipts tell may be damaged', 'evidence.unprovenReceipts > 0', 'false'),
  services(
    'a service without an end is not finished',
    'if (end === null) return',
    'if (false) return',
    SERVICE,
  ),
  services('a service without --drain is not finished', 'if (!options.drain)', 'if (false)', SERVICE),
  receiptsRead('receipts may be fewer than were written', 'read < written', 'false', SERVICE),
  receiptsRead(
    'only a killed service leaves a torn receipt',
    'this.torn <= ends',
    'true || this.torn <= ends',
    SERVICE,
  ),
  services('a service may stop too early', 'Date.parse(end.at) < sentUntilMs', 'false', SERVICE),
  services(
    'nobody knows when a killed sender sent last',
    'runs.every(({ ended }) => ended)',
    'true',
    SERVICE,
  ),
  conclude(
    'a run that nobody was to serve is not unprocessed',
    'runs.filter(({ run }) => services.runs.has(run))',
    'runs',
    SERVICE,
  ),
  services(
    'a run is served by the service that has receipts of it',
    'served.add(row.identity.run);',
    '',
    SERVICE,
  ),
  services(
    'a run without a service makes no other early',
    'runs.filter(({ run }) => served.has(run))',
    'runs',
    SERVICE,
  ),
  gathered('a request is under way until the sender ends', 'record?.end?.atMs ?? ', '', SERVICE),
  samples('a request is under way until its response', ' + row.elapsedMs', '', SERVICE),
  services(
    'one that was killed before counts',
    'earlier.some((before) => before.end === null)',
    'false',
    SERVICE,
  ),
  sessionDoubts('a receipt contradicts a log', 'contradiction(unseen),', '', UNSEEN),
  session(
    'a contradiction is none where messages are taken',
    'drain.complete && this.#seesAll ?',
    'drain.complete ?',
    SIMULATIONS,
  ),
  session(
    'receipts of what nobody knows count where they are all there is',
    '!this.#seesAll);',
    'false);',
    ALONE,
  ),
  sessionDoubts(
    'receipts alone are complete only of a service that finished',
    'return unfinished === null ? null :',
    'return unfinished !== null ? null :',
    ALONE,
  ),
  readingKind('receipts tell no order', 'if (!rules.ordered)', 'if (true)', ALONE),
  follow(
    'the end of the service is waited for',
    'await untilServiceEnded(options, stopOrSignal);',
    '',
    TAPPED,
  ),
  follow('a service is not waited for without a bound', 'performance.now() < until && ', '', inVain(LONGER)),
];
