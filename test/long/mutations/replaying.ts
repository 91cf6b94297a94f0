import { evidence, type Mutation, mutationsOf, type Proof } from './mutation.ts';

const replay = mutationsOf('src/verify/replay.ts');
const history = mutationsOf('src/verify/history/read-history.ts');
const positions = mutationsOf('src/queue/positions.ts');
const seen = mutationsOf('src/runs/rows/seen-jsonl.ts');
const reread = mutationsOf('src/verify/reread.ts');
const agreement = mutationsOf('src/verify/agreement.ts');
const proven = mutationsOf('src/verify/proven-offences.ts');
const AFTER_RETENTION = evidence('tap', 'after whose reading');
const UNPROCESSED = evidence('tap', 'left unprocessed');
const SECOND_COPY = evidence('tap', 'of a second copy');
const RECORDED = evidence('replay', 'begins where a tap began');
const POSITIONS: Proof = { file: 'src/queue/positions.test.ts' };
const COUNTED = evidence('runs', '^messages without identity');
const HINT = evidence('reading', '^a reading that begins at a time');
const SKEWED = evidence('replay', 'reads the whole log before it reports a loss');

/** Mutations of the rules about positions, the tap, earlier verifications and the second reading. */
export const replaying: readonly Mutation[] = [
  history(
    'recorded positions are used only if each run has them',
    'recorded.every((start) => start !== null) ? lowest(recorded)',
    'recorded.some((start) => start !== null) ? lowest(recorded.filter((start) => start !== null))',
    evidence('reading', 'if only one recorded them'),
  ),
  history(
    'recorded positions of another queue are ignored',
    'find(({ queue }) => queue === url)',
    'find(({ queue }) => queue !== null)',
    evidence('reading', 'belong to another queue'),
  ),
  history(
    'what was recorded about another queue at another URL is ignored',
    'filter(({ lastingName }) => lastingName === name)',
    'filter(({ lastingName }) => lastingName !== null)',
    evidence('replay', 'recorded the end of another queue'),
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
  proven(
    'an unprocessed message stays unprocessed if retention removes it',
    "new Set(['unprocessed', ...PROVEN_BY_HOPS])",
    'new Set(PROVEN_BY_HOPS)',
    UNPROCESSED,
  ),
  proven(
    'a message that is missing in the hops stays missing if retention removes it',
    "['missing-in-hops', 'repeated-in-hops']",
    "['repeated-in-hops']",
    evidence('hops', 'if retention removes them'),
  ),
  proven(
    'a service may have emptied a recreated topic',
    'isSameQueue(result) && isServedAlike(result, other)',
    'isServedAlike(result, other)',
    UNPROCESSED,
  ),
  proven(
    'two copies of a message prove nothing if the topic was recreated',
    "...(isSameQueue(result) ? (['duplicated'] as const) : []),",
    "'duplicated',",
    SECOND_COPY,
  ),
  proven(
    'a reading that did not end does not show that the topic is the same one',
    'return record.drained && ',
    'return ',
    SECOND_COPY,
  ),
  proven(
    'a second copy stays proven if retention removes it',
    "...(isSameQueue(result) ? (['duplicated'] as const) : []),",
    '',
    SECOND_COPY,
  ),
  proven(
    'a service may process a message after the first reading',
    'service?.processed === other?.processed && service',
    'service',
    UNPROCESSED,
  ),
  proven(
    'the counts of the service are those of the reading that proves more',
    "service: isProvenByOther('unprocessed') ? other.service : own.service,",
    'service: own.service,',
    UNPROCESSED,
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
  replay(
    '--from is used',
    'options.from ?? ',
    '',
    evidence('reading', 'a starting point that the user gives'),
  ),
];
