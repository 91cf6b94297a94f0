import { evidence, type Mutation, mutationsOf, mutationsProvenBy, PROVABLE, VERDICT } from './mutation.ts';

const verdict = mutationsProvenBy(VERDICT, 'src/verify/judging/verdict.ts');
const provable = mutationsProvenBy(PROVABLE, 'src/verify/judging/provable.ts');
const conclude = mutationsOf('src/verify/judging/conclude.ts');
const offenders = mutationsOf('src/verify/counting/offenders.ts');
const countedOnly = mutationsOf('src/verify/judging/counted-only.ts');
const startedAgain = mutationsOf('src/verify/judging/started-again.ts');
const counts = mutationsOf('src/runs/documents/counts.ts');
const wrongRows = mutationsOf('src/verify/judging/wrong-rows.ts');
const COUNTED = evidence('runs', '^messages without identity');
const OWN = evidence('samples', '^without a run.json');
const UNCLEAR = evidence('samples', '^samples with .+ give unknown$');
const KILLED = evidence('samples', 'of a killed sender give unknown');
const TOGETHER = evidence('runs', '^several runs');

/** Mutations of the rules that derive the verdict from counts and evidence. */
export const judging: readonly Mutation[] = [
  verdict('a loss is proven only if the queue was read to its end', 'lost > 0 && isWhole', 'lost > 0'),
  verdict('a lost message fails the verdict', 'lost > 0 && isWhole', 'false'),
  verdict('a phantom fails the verdict', 'phantom > 0', 'phantom > 1'),
  verdict(
    'a phantom fails the verdict even if evidence is missing',
    'phantom > 0',
    'phantom > 0 && evidence.incomplete === null',
  ),
  verdict('an unexpected message fails the verdict', 'unexpected > 0', 'unexpected > 1'),
  verdict(
    'an unexpected message fails the verdict even if evidence is missing',
    'unexpected > 0',
    'unexpected > 0 && evidence.incomplete === null',
  ),
  verdict('a corrupt message fails the verdict', 'corrupt > 0', 'corrupt > 1'),
  verdict(
    'a corrupt message fails the verdict even if evidence is missing',
    'corrupt > 0',
    'corrupt > 0 && evidence.ended',
  ),
  verdict('a duplicated message passes', 'duplicated > 0 && rules.exactlyOnce', 'duplicated > 0'),
  verdict(
    'a duplicated message fails the verdict with --exactly-once',
    'duplicated > 0 && rules.exactlyOnce',
    'false',
  ),
  verdict('a message out of order passes', ' && rules.ordered', ''),
  verdict('a message out of order fails the verdict with --ordered', ' && rules.ordered', ' && false'),
  verdict(
    'a proven offence fails the verdict even if evidence is missing',
    "offences.length > 0 ? 'fail' : gaps.length > 0 ? 'unknown' : 'pass'",
    "gaps.length > 0 ? 'unknown' : offences.length > 0 ? 'fail' : 'pass'",
  ),
  verdict('an incomplete check is never a pass', "gaps.length > 0 ? 'unknown' : 'pass'", "'pass'"),
  verdict('every reason is reported', '[...offences, ...gaps]', 'offences'),
  verdict('no-identity', '!evidence.identity', 'false'),
  verdict('nothing-acked', 'evidence.nothingAcked !== null', 'false'),
  verdict('no-plan', 'evidence.unproven > 0', 'false'),
  verdict(
    'a wrong order is proven only if the queue was read to its end',
    'rules.ordered && isWhole',
    'rules.ordered',
  ),
  verdict(
    'a repeat is proven only if the queue was read to its end',
    'rules.exactlyOnce && isWhole',
    'rules.exactlyOnce',
  ),
  conclude(
    'each run must have an acked message',
    'counts.acked === 0)?.run',
    'counts.acked < 0)?.run',
    TOGETHER,
  ),
  verdict('no-end', '!evidence.ended', 'false'),
  verdict(
    'incomplete-drain',
    "if (evidence.incomplete !== null) yield gap('incomplete-drain', evidence.incomplete);",
    '',
  ),
  verdict(
    'a doubt makes the verdict unknown if a further message could change it',
    "prevents === 'always' || (prevents === 'absence' && rests)",
    "prevents === 'always'",
  ),
  verdict(
    'a doubt does not prevent a pass if no further message could change the verdict',
    "prevents === 'always' || (prevents === 'absence' && rests)",
    "prevents === 'always' || prevents === 'absence'",
  ),
  verdict('some doubts prevent every pass', "prevents === 'always' ||", ''),
  verdict('a doubt proves no loss', 'isDrained && ofQueue.preventing.length === 0', 'isDrained'),
  verdict('what a pass does not prove is reported', 'notProven: open.map(notProvenBy)', 'notProven: []'),
  verdict(
    'unclear-samples',
    "if (evidence.unclearSamples !== null) yield gap('unclear-samples', evidence.unclearSamples);",
    '',
  ),
  conclude(
    'if rows are missing, no message is unexpected',
    'ended && wrong === null && plan !== null',
    'ended && plan !== null',
    evidence('samples', 'one row fewer than the sender wrote'),
  ),
  conclude(
    'without run.json, no message is unexpected',
    'ended && wrong === null && plan !== null',
    'ended && wrong === null',
    OWN,
  ),
  wrongRows(
    'a message without a row shows that a samples file without run.json is incomplete',
    'plan !== null || withoutRow <= 0',
    'true',
    OWN,
  ),
  wrongRows(
    'contradictory rows prove nothing',
    'if (tally.repeatedRows > 0 || samples.ambiguous',
    'if (samples.ambiguous',
    evidence('samples', 'two contradictory rows'),
  ),
  wrongRows(
    'a numbered row may name a wrong message if a row is missing',
    'samples.numbered && (',
    '(false as boolean) && (',
    OWN,
  ),
  wrongRows(
    'a row with a loop names the right message',
    'samples.numbered && (',
    '(',
    evidence('samples', 'prove the loss of a message in another row'),
  ),
  provable('rows that may name wrong messages prove no loss', 'misnamed || unidentified', 'unidentified'),
  provable(
    'rows that may name wrong messages prove no phantom',
    'misnamed ? 0 : withoutEvents',
    'withoutEvents',
  ),
  provable('an event proves no phantom', 'withoutEvents(phantom, unproven)', 'phantom'),
  provable('an event proves no duplicate', 'withoutEvents(duplicated, unproven)', 'duplicated'),
  provable('an event proves no wrong order', 'misnamed || unproven > 0', 'misnamed'),
  provable(
    'rows that may name wrong messages prove no wrong order',
    'misnamed || unproven > 0 ? 0 : outOfOrder',
    'outOfOrder',
  ),
  provable('encoded messages are not lost', 'misnamed || unidentified !== null', 'misnamed'),
  provable(
    'messages of two senders that cannot be distinguished prove nothing',
    'if (mingled !== null) return zeroOf(RUN_COUNTS);',
    'if (mingled === undefined) return counts;',
  ),
  conclude(
    'unclear samples of one run do not affect another run',
    'provable: provableOf(runs)',
    'provable: provableOf(runs.slice(0, 1))',
    evidence('messages', 'of one run do not excuse'),
  ),
  conclude(
    'if the sender was killed, no message of the plan is unexpected',
    'ended && wrong === null && plan !== null',
    'wrong === null && plan !== null',
    KILLED,
  ),
  conclude(
    'if the sender was killed, a message outside the plan is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'true',
    evidence('samples', 'do not excuse messages that are not in the plan'),
  ),
  conclude(
    'without an end and without a plan, no message is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'plan !== null && isPlanned(plan, identity)',
    evidence('samples', 'incomplete'),
  ),
  conclude(
    'messages without identity are only counted',
    'isIdentified(run) ? conclusion',
    'true ? conclusion',
    COUNTED,
  ),
  countedOnly(
    'without identity, fewer messages than acks are a loss',
    'Math.max(0, acked - received)',
    '0',
    COUNTED,
  ),
  countedOnly(
    'without identity, more messages than acks are no loss',
    'Math.max(0, acked - received)',
    'acked - received',
    COUNTED,
  ),
  countedOnly(
    'without identity, at most the acked and indeterminate messages are received',
    'Math.min(arrived, acked + indeterminate)',
    'arrived',
    COUNTED,
  ),
  countedOnly(
    'without identity, messages beyond the acks may be indeterminate ones',
    'Math.min(arrived, acked + indeterminate)',
    'Math.min(arrived, acked)',
    COUNTED,
  ),
  conclude(
    'without identity, all other messages are foreign',
    'runs.every(isIdentified) ? read.foreign',
    'true ? read.foreign',
    COUNTED,
  ),
  verdict('a further message matters if a sent message is missing', 'received - unexpected < sent', 'false'),
  verdict('a further message matters with --exactly-once', ' || rules.exactlyOnce ||', ' ||'),
  verdict('a further message matters with --ordered', ' || rules.ordered;', ';'),
  conclude(
    'each run must have ended',
    'runs.every(({ ended }) => ended)',
    'runs.some(({ ended }) => ended)',
    TOGETHER,
  ),
  conclude(
    'the samples of each run must be clear',
    'unclear).find((text) => text !== null)',
    'unclear).find(() => true)',
    TOGETHER,
  ),
  conclude(
    'the reason for an incomplete reading is reported',
    'drain.complete ? null : drain.reason',
    'null',
    evidence('replay', 'is unknown if the deadline passes'),
  ),
  wrongRows(
    'no two rows may name the same message',
    'if (tally.repeatedRows > 0)',
    'if (false as boolean)',
    UNCLEAR,
  ),
  wrongRows(
    'each row must name a thread and a request',
    'if (unplaced > 0)',
    'if (false as boolean)',
    UNCLEAR,
  ),
  wrongRows(
    'there must be as many rows as the sender wrote',
    'samplesWritten !== null && samplesWritten !== rows',
    'false',
    UNCLEAR,
  ),
  wrongRows(
    'the last row must be complete',
    'return torn ?',
    'return false ?',
    evidence('samples', 'incomplete'),
  ),
  counts('the counts of several runs are added', 'total + counts[name]', 'counts[name]', TOGETHER),
  offenders(
    'the listed messages of several runs are merged',
    'all.flatMap((offenders) => offenders[offence])',
    '(all[0]?.[offence] ?? [])',
    TOGETHER,
  ),
  conclude('foreign messages are counted', 'read.foreign :', '0 :', TOGETHER),
  startedAgain(
    'messages that were read for an earlier start of the run prove nothing',
    'readMs !== null && readMs !== startedAtMs',
    'false',
    evidence('restart', 'proves nothing'),
  ),
];
