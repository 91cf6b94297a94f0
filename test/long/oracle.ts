import type { Identity } from '../../src/message/identity.ts';
import type { Verdict } from '../../src/runs/documents/verify-json.ts';
import {
  type Answer,
  CHANGES,
  type Change,
  identitiesOf,
  type Other,
  type Play,
  TIMES_OF_OTHERS,
} from './play.ts';
import { type Entry, sentBy } from './stage.ts';

/** The verdicts that are correct for a play, and its counts. Null if the counts are not determined. */
export interface Expected {
  readonly verdicts: readonly Verdict[];
  readonly counts: Readonly<Record<string, number>> | null;
}

/**
 * The verdicts that docs/semantics.md allows for a play. Other executions, wrong samples or samples without run.json
 * may allow several.
 */
export function oracle(play: Play, read: readonly Entry[], rows: readonly number[]): Expected {
  const { verdict, ...counts } = ofThisExecution(play, read, rows);
  const { own, wrongSamples } = play;
  const whole: readonly Verdict[] = mayBeUnreadable(read, counts) ? [verdict, 'unknown'] : [verdict];
  if (own !== null)
    return {
      verdicts: isTidy(play, read)
        ? whole
        : ofOwnFile(play, read, rows, { verdict, duplicated: counts.duplicated }),
      counts: null,
    };
  // A killed sender without a row: messages outside the plan may belong to anyone.
  if (play.killedAfter !== null && rows.length === 0 && read.some(isUnplanned))
    return { verdicts: ['unknown'], counts: null };
  if (wrongSamples && rows.length > 0)
    return { verdicts: isVisiblyWrong(read) ? ['unknown', 'fail'] : ['unknown'], counts: null };
  return isMingled(play, read, counts)
    ? { verdicts: ['unknown'], counts: null }
    : { verdicts: whole, counts };
}

/** Whether no message of the run was found, but messages without identity may belong to it. */
function mayBeUnreadable(
  read: readonly Entry[],
  { received, corrupt }: { readonly received: number; readonly corrupt: number },
): boolean {
  const isNameless = ({ truth }: Entry) =>
    truth.kind === 'stranger'
      ? truth.stranger === 'noJson'
      : truth.kind === 'ours' && truth.change === 'identityStripped';
  return received === 0 && corrupt === 0 && read.some(isNameless);
}

/** Whether messages of another execution make it unclear which ones belong to this one. */
function isMingled(play: Play, read: readonly Entry[], counts: { readonly unexpected: number }): boolean {
  const others = read.flatMap(({ truth }) => (truth.kind === 'other' ? [truth.other] : []));
  // The end of a killed run is not known.
  const isAmong = ({ when, scene }: Other) =>
    play.killedAfter === null ? when === 'among' && scene !== sentBy(play) - 1 : TIMES_OF_OTHERS[when] > 0;
  if (others.some(isAmong)) return true;
  const isUndated = read.some(({ truth }) => truth.kind === 'ours' && isDamage(truth.change));
  return others.length > 0 && (isUndated || counts.unexpected > 0);
}

function isDamage(change: Change): boolean {
  return CHANGES[change] === 'corrupt' || CHANGES[change] === 'unreadable';
}

/** Whether there is damage, or a message outside the plan. */
function isVisiblyWrong(read: readonly Entry[]): boolean {
  return read.some(
    (entry) => isUnplanned(entry) || (entry.truth.kind === 'ours' && isDamage(entry.truth.change)),
  );
}

function isUnplanned({ truth }: Entry): boolean {
  return truth.kind === 'stranger' && ['beyondPlan', 'otherThread'].includes(truth.stranger);
}

/** Whether a samples file without run.json says as much as one with it. */
function isTidy({ own, wrongSamples, requests, killedAfter }: Play, read: readonly Entry[]): boolean {
  return (
    !wrongSamples &&
    killedAfter === null &&
    (own?.isLabelled === true || (own?.hasGets === false && requests === 1)) &&
    read.every(({ truth }) =>
      truth.kind === 'ours'
        ? CHANGES[truth.change] === 'intact'
        : truth.kind === 'stranger' && !isVisiblyWrong(read),
    )
  );
}

/**
 * The verdicts for a samples file without run.json. It may be too little for a verdict, but the verdict must never be
 * wrong.
 */
function ofOwnFile(
  play: Play,
  read: readonly Entry[],
  rows: readonly number[],
  { verdict, duplicated }: { readonly verdict: Verdict; readonly duplicated: number },
): readonly Verdict[] {
  const { wrongSamples, incompleteAfter } = play;
  const identities = identitiesOf(play).map((identity) => JSON.stringify(identity));
  const there = new Set(
    read.flatMap(({ truth }) =>
      truth.kind === 'ours' && !['foreign', 'unreadable'].includes(CHANGES[truth.change])
        ? [identities.indexOf(JSON.stringify(truth.identity))]
        : [],
    ),
  );
  const answerOf = (row: number) => play.scenes[row]?.answer ?? 'ok';
  const isLost = rows.some((row) => isAck(answerOf(row)) && !there.has(row)) && incompleteAfter === null;
  const isPhantom = rows.some((row) => isRefusal(answerOf(row)) && there.has(row));
  const isTwice = duplicated > 0 && play.exactlyOnce && incompleteAfter === null;
  const isWrong = isTwice || (wrongSamples ? there.size === 0 : isLost || isPhantom);
  const mayPass = !wrongSamples && !isLost && incompleteAfter === null;
  const mayFail = isWrong || isVisiblyWrong(read) || (verdict === 'fail' && !wrongSamples);
  return ['unknown', ...(mayPass ? (['pass'] as const) : []), ...(mayFail ? (['fail'] as const) : [])];
}

/**
 * Computes what docs/semantics.md says about a play, with sets and loops, independently of the code. It knows the true
 * history, and reads no byte of a message.
 */
function ofThisExecution(play: Play, read: readonly Entry[], rows: readonly number[]) {
  const key = ({ thread, loop, request }: Omit<Identity, 'run' | 'group'>) => `${thread}/${loop}/${request}`;
  const identities = identitiesOf(play);
  const ended = play.killedAfter === null;

  const acked = new Set<string>();
  const rejected = new Set<string>();
  const indeterminate = new Set<string>();
  for (const i of rows) {
    const identity = identities[i];
    if (identity === undefined) continue;
    const answer = play.scenes[i]?.answer ?? 'ok';
    (isAck(answer) ? acked : isRefusal(answer) ? rejected : indeterminate).add(key(identity));
  }

  const sightings: { id: string; identity: Identity; entry: Entry }[] = [];
  let corrupt = 0;
  const enriched = new Set<string>();
  let foreign = 0;
  for (const entry of read) {
    if (entry.truth.kind === 'other') continue;
    if (entry.truth.kind === 'stranger') {
      const { stranger } = entry.truth;
      if (stranger === 'beyondPlan' || stranger === 'otherThread') {
        const identity = { run: 'played', group: 1, thread: 1, loop: 1, request: 1 };
        const place = stranger === 'beyondPlan' ? { ...identity, loop: 99 } : { ...identity, thread: 77 };
        sightings.push({ id: key(place), identity: place, entry });
      } else foreign++;
      continue;
    }
    const { identity, change } = entry.truth;
    const became = CHANGES[change];
    if (became === 'foreign') foreign++;
    if (became === 'corrupt' || became === 'unreadable') corrupt++;
    if (became === 'enriched') enriched.add(key(identity));
    if (became !== 'foreign' && became !== 'unreadable')
      sightings.push({ id: key(identity), identity, entry });
  }

  const there = new Set(sightings.map(({ id }) => id));
  const planned = new Set(identities.map(key));
  if (!ended) {
    for (const id of there) {
      if (planned.has(id) && !acked.has(id) && !rejected.has(id)) indeterminate.add(id);
    }
  }
  const known = new Set([...acked, ...rejected, ...indeterminate]);
  const lost = [...acked].filter((id) => !there.has(id)).length;
  const phantom = [...rejected].filter((id) => there.has(id)).length;
  const unexpected = [...there].filter((id) => !known.has(id)).length;
  const duplicated = [...there].filter(
    (id) => sightings.filter((sighting) => sighting.id === id).length > 1,
  ).length;

  const first = sightings.filter(({ id }, i) => sightings.findIndex((other) => other.id === id) === i);
  const firstAcked = first.filter(({ id }) => acked.has(id));
  const firstInPartition = sightings.filter(
    ({ id, entry }, i) =>
      sightings.findIndex(
        (other) => other.id === id && other.entry.delivery.partition === entry.delivery.partition,
      ) === i,
  );
  const ackedInPartition = firstInPartition.filter(({ id }) => acked.has(id));
  const isLate = (late: (typeof sightings)[number]) =>
    ackedInPartition.some(
      (early) =>
        early.identity.thread === late.identity.thread &&
        early.entry.delivery.partition === late.entry.delivery.partition &&
        early.entry.delivery.offset < late.entry.delivery.offset &&
        (early.identity.loop > late.identity.loop ||
          (early.identity.loop === late.identity.loop && early.identity.request > late.identity.request)),
    );
  const outOfOrder = firstAcked.filter(({ id }) =>
    ackedInPartition.filter((copy) => copy.id === id).every(isLate),
  ).length;

  const drained = play.incompleteAfter === null;
  const failed =
    phantom > 0 ||
    corrupt > 0 ||
    unexpected > 0 ||
    (lost > 0 && drained) ||
    (duplicated > 0 && play.exactlyOnce && drained) ||
    (outOfOrder > 0 && play.ordered && drained);
  const verdict: Verdict = failed ? 'fail' : acked.size === 0 || !ended || !drained ? 'unknown' : 'pass';

  return {
    verdict,
    sent: known.size,
    acked: acked.size,
    rejected: rejected.size,
    indeterminate: indeterminate.size,
    received: there.size,
    lost,
    phantom,
    unexpected,
    duplicated,
    corrupt,
    enriched: enriched.size,
    foreign,
    recovered: [...indeterminate].filter((id) => there.has(id)).length,
    unresolved: [...indeterminate].filter((id) => !there.has(id)).length,
    outOfOrder,
  };
}

export function isAck(answer: Answer): boolean {
  return answer === 'ok' || answer === 'created';
}

export function isRefusal(answer: Answer): boolean {
  return answer === 'bad' || answer === 'notEnqueued' || answer === 'refused';
}
