import { evidence, type Mutation, type Proof, TALLY } from './mutation.ts';

const inFile =
  (file: string) =>
  (rule: string, from: string, to: string, provenBy: Proof = TALLY): Mutation => ({
    rule,
    file: `src/verify/${file}.ts`,
    from,
    to,
    provenBy,
  });
const verdict = inFile('verdict');
const conclude = inFile('conclude');
const COUNTED = evidence('are only counted');
const UNCLEAR = evidence('^samples with .+ leave it unknown$');
const KILLED = evidence('without an end leave it unknown');
const TOGETHER = evidence('^several runs');

/** From counts and evidence to the verdict. */
export const judging: readonly Mutation[] = [
  verdict(
    'a loss is proven only by reading to the end',
    'lost > 0 && evidence.incomplete === null',
    'lost > 0',
  ),
  verdict(
    'lost fails',
    "if (lost > 0 && evidence.incomplete === null) yield offence('lost', lost, 'acked, and not in the queue');",
    '',
  ),
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
  verdict('duplicated passes', ' && rules.exactlyOnce', ''),
  verdict('duplicated fails with --exactly-once', ' && rules.exactlyOnce', ' && false'),
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
  verdict(
    'order is proven only by reading to the end',
    'rules.ordered && evidence.incomplete === null',
    'rules.ordered',
  ),
  verdict(
    'a repeat is proven only by reading to the end',
    'rules.exactlyOnce && evidence.incomplete === null',
    'rules.exactlyOnce',
  ),
  conclude('each run has to have an ack', 'counts.acked === 0);', 'counts.acked < 0);', TOGETHER),
  verdict('no-end', '!evidence.ended', 'false'),
  verdict(
    'incomplete-drain',
    "if (evidence.incomplete !== null) yield gap('incomplete-drain', evidence.incomplete);",
    '',
  ),
  verdict(
    'unclear-samples',
    "if (evidence.unclearSamples !== null) yield gap('unclear-samples', evidence.unclearSamples);",
    '',
  ),
  conclude(
    'where rows are missing nothing is unexpected',
    'run.ended && unclear(run) === null',
    'run.ended',
    evidence('a row less than the sender wrote'),
  ),
  conclude(
    'without an end nothing planned is unexpected',
    'run.ended && unclear(run) === null',
    'unclear(run) === null',
    KILLED,
  ),
  conclude(
    'without an end what no plan would have sent is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'true',
    evidence('no plan would have sent'),
  ),
  conclude(
    'without an end and a plan nothing is unexpected',
    'plan === null || isPlanned(plan, identity)',
    'plan !== null && isPlanned(plan, identity)',
    evidence('torn'),
  ),
  conclude(
    'without identity messages are counted',
    'carriesIdentity(run) ? conclusion : countedOnly(conclusion, deliveries)',
    'conclusion',
    COUNTED,
  ),
  conclude(
    'without identity fewer messages than acks are a loss',
    'Math.max(0, acked - arrived)',
    '0',
    COUNTED,
  ),
  conclude(
    'without identity more messages than acks are no loss',
    'Math.max(0, acked - arrived)',
    'acked - arrived',
    COUNTED,
  ),
  conclude(
    'each run has to have ended',
    'runs.every(({ ended }) => ended)',
    'runs.some(({ ended }) => ended)',
    TOGETHER,
  ),
  conclude(
    'the samples of each run have to be clear',
    '.find((text) => text !== null) ?? null',
    '.find(() => true) ?? null',
    TOGETHER,
  ),
  conclude(
    'why reading did not reach the end',
    'drain.complete ? null : drain.reason',
    'null',
    evidence('is unknown at the deadline'),
  ),
  conclude('no two rows name one message', 'tally.repeatedRows > 0', 'false', UNCLEAR),
  conclude('each row names a thread and a request', 'unplaced > 0', 'false', UNCLEAR),
  conclude(
    'there are as many rows as the sender wrote',
    'samplesWritten !== null && samplesWritten !== rows',
    'false',
    UNCLEAR,
  ),
  conclude('the last row is whole', 'return torn ?', 'return false ?', evidence('torn')),
  conclude('counts of several runs are added', 'total + counts[name]', 'counts[name]', TOGETHER),
  conclude(
    'offenders of several runs are merged',
    'all.flatMap((offenders) => offenders[offence])',
    '(all[0]?.[offence] ?? [])',
    TOGETHER,
  ),
  conclude('foreign is counted', 'foreign: inspection.foreign', 'foreign: 0', TOGETHER),
];
