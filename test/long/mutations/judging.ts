import { evidence, type Mutation, mutationsOf, mutationsProvenBy, PROVABLE, VERDICT } from './mutation.ts';

const verdict = mutationsProvenBy(VERDICT, 'src/verify/judging/verdict.ts');
const provable = mutationsProvenBy(PROVABLE, 'src/verify/judging/provable.ts');
const conclude = mutationsOf('src/verify/judging/conclude.ts');
const countedOnly = mutationsOf('src/verify/judging/counted-only.ts');
const counts = mutationsOf('src/runs/documents/counts.ts');
const wrongRows = mutationsOf('src/verify/judging/wrong-rows.ts');
const COUNTED = evidence('runs', '^messages without identity');
const OWN = evidence('samples', '^without a run.json');
const UNCLEAR = evidence('samples', '^samples with .+ give unknown$');
const KILLED = evidence('samples', 'of a killed sender give unknown');
const TOGETHER = evidence('runs', '^several runs');

/** Mutations of the rules that derive the verdict from counts and evidence. */
export const judging: readonly Mutation[] = [
  verdict('a loss is proven only by reading to the end', 'lost > 0 && isWhole', 'lost > 0'),
  verdict('lost fails', 'lost > 0 && isWhole', 'false'),
  verdict('phantom fails', 'phantom > 0', 'phantom > 1'),
  verdict(
    'phantom fails whatever else is missing',
    'phantom > 0',
    'phantom > 0 && evidence.incomplete === null',
  ),
  verdict('unexpected fails', 'unexpected > 0', 'unexpected > 1'),
  verdict(
    'unexpected fails whatever else is missing',
    'unexpected > 0',
    'unexpected > 0 && evidence.incomplete === null',
  ),
  verdict('corrupt fails', 'corrupt > 0', 'corrupt > 1'),
  verdict('corrupt fails whatever else is missing', 'corrupt > 0', 'corrupt > 0 && evidence.ended'),
  verdict('duplicated passes', 'duplicated > 0 && rules.exactlyOnce', 'duplicated > 0'),
  verdict('duplicated fails with --exactly-once', 'duplicated > 0 && rules.exactlyOnce', 'false'),
  verdict('out of order passes', ' && rules.ordered', ''),
  verdict('out of order fails with --ordered', ' && rules.ordered', ' && false'),
  verdict(
    'a proven offence fails though evidence is missing',
    "offences.length > 0 ? 'fail' : gaps.length > 0 ? 'unknown' : 'pass'",
    "gaps.length > 0 ? 'unknown' : offences.length > 0 ? 'fail' : 'pass'",
  ),
  verdict('an incomplete check is never a pass', "gaps.length > 0 ? 'unknown' : 'pass'", "'pass'"),
  verdict('every reason is given', '[...offences, ...gaps]', 'offences'),
  verdict('no-identity', '!evidence.identity', 'false'),
  verdict('nothing-acked', 'evidence.nothingAcked !== null', 'false'),
  verdict('no-plan', 'evidence.unproven > 0', 'false'),
  verdict('order is proven only by reading to the end', 'rules.ordered && isWhole', 'rules.ordered'),
  verdict(
    'a repeat is proven only by reading to the end',
    'rules.exactlyOnce && isWhole',
    'rules.exactlyOnce',
  ),
  conclude('each run has to have an ack', 'counts.acked === 0)?.run', 'counts.acked < 0)?.run', TOGETHER),
  verdict('no-end', '!evidence.ended', 'false'),
  verdict(
    'incomplete-drain',
    "if (evidence.incomplete !== null) yield gap('incomplete-drain', evidence.incomplete);",
    '',
  ),
  verdict(
    'a doubt leaves it unknown where a message more would matter',
    "prevents === 'always' || (prevents === 'absence' && rests)",
    "prevents === 'always'",
  ),
  verdict(
    'a doubt of a message more takes nothing from what is there',
    "prevents === 'always' || (prevents === 'absence' && rests)",
    "prevents === 'always' || prevents === 'absence'",
  ),
  verdict('some doubts prevent every pass', "prevents === 'always' ||", ''),
  verdict('a doubt proves no loss', 'isDrained && ofQueue.preventing.length === 0', 'isDrained'),
  verdict('what is not proven is said', 'notProven: open.map(notProvenBy)', 'notProven: []'),
  verdict(
    'unclear-samples',
    "if (evidence.unclearSamples !== null) yield gap('unclear-samples', evidence.unclearSamples);",
    '',
  ),
  conclude(
    'where rows are missing nothing is unexpected',
    'ended && wrong === null && plan !== null',
    'ended && plan !== null',
    evidence('samples', 'one row fewer than the sender wrote'),
  ),
  conclude(
    'without run.json nothing is unexpected',
    'ended && wrong === null && plan !== null',
    'ended && wrong === null',
    OWN,
  ),
  wrongRows(
    'a message without a row shows that a samples file by itself is not whole',
    'plan !== null || withoutRow <= 0',
    'true',
    OWN,
  ),
  wrongRows(
    'rows that contradict each other prove nothing',
    'if (tally.repeatedRows > 0 || samples.ambiguous',
    'if (samples.ambiguous',
    evidence('samples', 'two contradictory rows'),
  ),
  wrongRows(
    'a numbered row may be of another message where one is missing',
    'samples.numbered && (',
    '(false as boolean) && (',
    OWN,
  ),
  wrongRows(
    'a row that names its loop is of its message',
    'samples.numbered && (',
    '(',
    evidence('samples', 'prove the loss of a message in another row'),
  ),
  provable('rows that may be misnamed prove no loss', 'misnamed || unidentified', 'unidentified'),
  provable('rows that may be misnamed prove no phantom', 'misnamed ? 0 : phantom', 'phantom'),
  provable('rows that may be misnamed prove no order', 'misnamed ? 0 : outOfOrder', 'outOfOrder'),
  provable('encoded messages are no loss', 'misnamed || unidentified !== null', 'misnamed'),
  provable(
    'what is mingled proves nothing',
    'if (mingled !== null) return zeroOf(RUN_COUNTS);',
    'if (mingled === undefined) return counts;',
  ),
  conclude(
    'what is unclear about one run takes nothing from another',
    'provable: provableOf(runs)',
    'provable: provableOf(runs.slice(0, 1))',
    evidence('messages', 'of one run do not excuse'),
  ),
  conclude(
    'without an end nothing planned is unexpected',
    'ended && wrong === null && plan !== null',
    'wrong === null && plan !== null',
    KILLED,
  ),
  conclude(
    'without an end what no plan would have sent is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'true',
    evidence('samples', 'do not excuse messages that are not in the plan'),
  ),
  conclude(
    'without an end and a plan nothing is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'plan !== null && isPlanned(plan, identity)',
    evidence('samples', 'incomplete'),
  ),
  conclude(
    'without identity messages are counted',
    'isIdentified(run) ? conclusion',
    'true ? conclusion',
    COUNTED,
  ),
  countedOnly(
    'without identity fewer messages than acks are a loss',
    'Math.max(0, acked - received)',
    '0',
    COUNTED,
  ),
  countedOnly(
    'without identity more messages than acks are no loss',
    'Math.max(0, acked - received)',
    'acked - received',
    COUNTED,
  ),
  countedOnly(
    'without identity no more are received than can have come',
    'Math.min(arrived, acked + indeterminate)',
    'arrived',
    COUNTED,
  ),
  countedOnly(
    'without identity what is more than the acks may have been indeterminate',
    'Math.min(arrived, acked + indeterminate)',
    'Math.min(arrived, acked)',
    COUNTED,
  ),
  conclude(
    'without identity what is left is foreign',
    'runs.every(isIdentified) ? read.foreign',
    'true ? read.foreign',
    COUNTED,
  ),
  verdict('what was sent and not seen may stand elsewhere', 'received - unexpected < sent', 'false'),
  verdict('a first copy may stand elsewhere', ' || rules.exactlyOnce ||', ' ||'),
  verdict('a later message may stand elsewhere', ' || rules.ordered;', ';'),
  conclude(
    'each run has to have ended',
    'runs.every(({ ended }) => ended)',
    'runs.some(({ ended }) => ended)',
    TOGETHER,
  ),
  conclude(
    'the samples of each run have to be clear',
    'unclear).find((text) => text !== null)',
    'unclear).find(() => true)',
    TOGETHER,
  ),
  conclude(
    'why reading did not reach the end',
    'drain.complete ? null : drain.reason',
    'null',
    evidence('replay', 'is unknown if the deadline passes'),
  ),
  wrongRows('no two rows name one message', 'if (tally.repeatedRows > 0)', 'if (false as boolean)', UNCLEAR),
  wrongRows('each row names a thread and a request', 'if (unplaced > 0)', 'if (false as boolean)', UNCLEAR),
  wrongRows(
    'there are as many rows as the sender wrote',
    'samplesWritten !== null && samplesWritten !== rows',
    'false',
    UNCLEAR,
  ),
  wrongRows('the last row is whole', 'return torn ?', 'return false ?', evidence('samples', 'incomplete')),
  counts('counts of several runs are added', 'total + counts[name]', 'counts[name]', TOGETHER),
  conclude(
    'offenders of several runs are merged',
    'all.flatMap((offenders) => offenders[offence])',
    '(all[0]?.[offence] ?? [])',
    TOGETHER,
  ),
  conclude('foreign is counted', 'read.foreign :', '0 :', TOGETHER),
];
