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
import { effectOf } from './tokens/token-oracle.ts';
import { isTokenKind } from './tokens/token-play.ts';

/**
 * The verdicts that are correct for a history, and its counts. The counts are null if the history does not determine
 * them.
 */
export interface Expected {
  readonly verdicts: readonly Verdict[];
  readonly counts: Readonly<Record<string, number>> | null;
  /** The kinds of doubts that the list "not proven" of a pass must contain. */
  readonly notProven: readonly string[];
}

/**
 * Returns the verdicts that docs/semantics.md allows for a history. If there are other executions, wrong
 * samples, or samples without run.json, several verdicts may be allowed.
 */
export function oracle(play: Play, read: readonly Entry[], rows: readonly number[]): Expected {
  const expected =
    play.identity === 'none'
      ? withoutIdentity(play, read, rows)
      : isTokenKind(play.identity)
        ? withTokens(play, read, rows)
        : withKeys(play, read, rows);
  return { ...expected, notProven: notProvenOf(play, rows) };
}

/** Returns what is expected if messages have no identity. Only the numbers of messages are compared then. */
function withoutIdentity(
  play: Play,
  read: readonly Entry[],
  rows: readonly number[],
): Pick<Expected, 'verdicts' | 'counts'> {
  const sent = outcomesOf(play, rows);
  const [acked, rejected, indeterminate] = [sent.acked.size, sent.rejected.size, sent.indeterminate.size];
  const received = Math.min(read.length, acked + indeterminate);
  const lost = Math.max(0, acked - received);
  const recovered = received - (acked - lost);
  // Without run.json, verify expects an identity, but finds no identity in any message.
  if (play.own !== null) return { verdicts: neverWrong(play, lost > 0), counts: null };
  const isLost = lost > 0 && play.incompleteAfter === null && !(play.wrongSamples && rows.length > 0);
  const counts = {
    sent: acked + rejected + indeterminate,
    acked,
    rejected,
    indeterminate,
    received,
    lost,
    recovered,
    unresolved: indeterminate - recovered,
    foreign: read.length - received,
    ...{ phantom: 0, unexpected: 0, duplicated: 0, corrupt: 0, enriched: 0, outOfOrder: 0 },
  };
  return { verdicts: [isLost ? 'fail' : 'unknown'], counts };
}

/** Returns what is allowed if no identity can be read: a fail if messages are missing, and never a pass. */
function neverWrong({ incompleteAfter }: Play, isLost: boolean): readonly Verdict[] {
  return isLost && incompleteAfter === null ? ['unknown', 'fail'] : ['unknown'];
}

/** A token names the execution. So neither wrong samples nor other executions make a message unclear. */
function withTokens(
  play: Play,
  read: readonly Entry[],
  rows: readonly number[],
): Pick<Expected, 'verdicts' | 'counts'> {
  const { own, wrongSamples } = play;
  if (own?.hasRunJson === false) {
    const hasOwn = read.some(({ truth }) => truth.kind === 'token');
    return { verdicts: neverWrong(play, !hasOwn), counts: null };
  }
  const hasRows = rows.length > 0;
  const isOther = (wrongSamples || own?.hasGets === true) && hasRows;
  const isMisnamed =
    (wrongSamples && hasRows) || (own?.loops === 'none' && hasRows && (isOther || play.killedAfter !== null));
  const lacksHash = play.content !== 'none' && play.hashLost !== null && rows.includes(play.hashLost);
  const { verdict, ...counts } = ofThisExecution(play, read, rows, {
    isMisnamed,
    isUnclear: isOther || lacksHash,
  });
  // Any message that arrived may have its token at another place, except a message without any content.
  const isHidden =
    counts.received === 0 &&
    counts.corrupt === 0 &&
    read.some(({ truth }) => truth.kind !== 'stranger' || truth.stranger !== 'null');
  return { verdicts: [isHidden ? 'unknown' : verdict], counts };
}

function notProvenOf(play: Play, rows: readonly number[]): readonly string[] {
  const isToken = isTokenKind(play.identity) && play.own?.hasRunJson !== false;
  const isSilent = isToken && play.content === 'none' && rows.length > 0 && play.incompleteAfter === null;
  return isSilent ? ['contents-not-compared'] : [];
}

function withKeys(
  play: Play,
  read: readonly Entry[],
  rows: readonly number[],
): Pick<Expected, 'verdicts' | 'counts'> {
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
  // If a sender was killed before its first row, messages outside the plan may belong to any sender.
  if (play.killedAfter !== null && rows.length === 0 && read.some(isUnplanned))
    return { verdicts: ['unknown'], counts: null };
  if (wrongSamples && rows.length > 0) {
    const mayFail = isVisiblyWrong(read) || isTwiceWithoutRow(play, read, rows);
    return { verdicts: mayFail ? ['unknown', 'fail'] : ['unknown'], counts: null };
  }
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

/** Whether messages of another execution make it unclear which messages belong to this execution. */
function isMingled(play: Play, read: readonly Entry[], counts: { readonly unexpected: number }): boolean {
  const others = read.flatMap(({ truth }) => (truth.kind === 'other' ? [truth.other] : []));
  // The end of a killed run is not known. So every message that another execution sent later may belong to the run.
  const isAmong = ({ when, scene }: Other) =>
    play.killedAfter === null ? when === 'among' && scene !== sentBy(play) - 1 : TIMES_OF_OTHERS[when] > 0;
  if (others.some(isAmong)) return true;
  const isUndated = read.some(({ truth }) => truth.kind === 'ours' && isDamage(truth.change));
  return others.length > 0 && (isUndated || counts.unexpected > 0);
}

function isDamage(change: Change): boolean {
  return CHANGES[change] === 'corrupt' || CHANGES[change] === 'unreadable';
}

/** Whether there is visible damage, or a message outside the plan. */
function isVisiblyWrong(read: readonly Entry[]): boolean {
  return read.some(
    (entry) => isUnplanned(entry) || (entry.truth.kind === 'ours' && isDamage(entry.truth.change)),
  );
}

/**
 * Whether a message without a row was really stored twice, although the rules allow no second copy. Its run ID and its
 * send time prove that this execution sent it. Rows may belong to another execution, but this message has no row.
 */
function isTwiceWithoutRow(play: Play, read: readonly Entry[], rows: readonly number[]): boolean {
  const identities = identitiesOf(play).map((identity) => JSON.stringify(identity));
  const places = read.flatMap(({ truth }) =>
    truth.kind === 'ours' ? [identities.indexOf(JSON.stringify(truth.identity))] : [],
  );
  const isTwice = places.some((place, i) => !rows.includes(place) && places.indexOf(place) !== i);
  return isTwice && play.exactlyOnce && play.incompleteAfter === null;
}

function isUnplanned({ truth }: Entry): boolean {
  return truth.kind === 'stranger' && ['beyondPlan', 'otherThread'].includes(truth.stranger);
}

/** Whether a samples file without run.json proves as much as a samples file with run.json. */
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
 * Returns the allowed verdicts for a samples file without run.json. The verdict may be unknown if the file proves too
 * little, but it must never be wrong.
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
 * Computes what docs/semantics.md says about a history, with sets and loops and independently of the code of qbl. This
 * oracle knows the true history, and reads no byte of a message.
 */
function ofThisExecution(
  play: Play,
  read: readonly Entry[],
  rows: readonly number[],
  { isMisnamed, isUnclear } = { isMisnamed: false, isUnclear: false },
) {
  const identities = identitiesOf(play);
  const ended = play.killedAfter === null;
  const { acked, rejected, indeterminate } = outcomesOf(play, rows);

  const sightings: { id: string; identity: Identity; entry: Entry }[] = [];
  let corrupt = 0;
  let contentsDiffer = 0;
  const enriched = new Set<string>();
  let foreign = 0;
  for (const entry of read) {
    const seen = seenIn(entry, play, rows);
    if (seen === null) continue;
    const { identity, state } = seen;
    if (state === 'foreign') foreign++;
    if (state === 'corrupt' || state === 'differs') corrupt++;
    if (state === 'differs') contentsDiffer++;
    if (identity === null) continue;
    if (state === 'enriched') enriched.add(key(identity));
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
    (phantom > 0 && !isMisnamed) ||
    (isMisnamed ? corrupt > contentsDiffer : corrupt > 0) ||
    unexpected > 0 ||
    (lost > 0 && drained && !isMisnamed) ||
    (duplicated > 0 && play.exactlyOnce && drained) ||
    (outOfOrder > 0 && play.ordered && drained && !isMisnamed);
  const isIncomplete = acked.size === 0 || !ended || !drained || isUnclear;
  const verdict: Verdict = failed ? 'fail' : isIncomplete ? 'unknown' : 'pass';

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

function key({ thread, loop, request }: Omit<Identity, 'run' | 'group'>): string {
  return `${thread}/${loop}/${request}`;
}

function outcomesOf(play: Play, rows: readonly number[]) {
  const identities = identitiesOf(play);
  const [acked, rejected, indeterminate] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const i of rows) {
    const identity = identities[i];
    if (identity === undefined) continue;
    const answer = play.scenes[i]?.answer ?? 'ok';
    (isAck(answer) ? acked : isRefusal(answer) ? rejected : indeterminate).add(key(identity));
  }
  return { acked, rejected, indeterminate };
}

/**
 * A message as verify must understand it according to the documents. The identity is null if the message has no
 * readable identity.
 */
interface Seen {
  readonly identity: Identity | null;
  /** The state of the message. `differs`: the message is damaged, and only its content shows the damage. */
  readonly state: 'intact' | 'enriched' | 'corrupt' | 'differs' | 'foreign';
}

const FOREIGN: Seen = { identity: null, state: 'foreign' };

/**
 * Returns what verify sees of a message. Null for a message of another execution with the same identity, which only
 * the send time distinguishes.
 */
function seenIn({ truth }: Entry, play: Play, rows: readonly number[]): Seen | null {
  switch (truth.kind) {
    case 'other':
      return isTokenKind(play.identity) ? FOREIGN : null;
    case 'stranger': {
      const isPlanned = truth.stranger !== 'beyondPlan' && truth.stranger !== 'otherThread';
      // A token that is written as a number cannot name a message that the plan does not have.
      if (isPlanned || play.identity === 'number') return FOREIGN;
      const identity = { run: 'played', group: 1, thread: 1, loop: 1, request: 1 };
      const place = truth.stranger === 'beyondPlan' ? { ...identity, loop: 99 } : { ...identity, thread: 77 };
      return { identity: place, state: 'intact' };
    }
    case 'ours': {
      const became = CHANGES[truth.change];
      if (became === 'foreign') return FOREIGN;
      if (became === 'unreadable') return { identity: null, state: 'corrupt' };
      return { identity: truth.identity, state: became };
    }
    case 'token':
      return tokenSeenIn(truth, play, rows);
  }
}

function tokenSeenIn(
  { identity, other, deed }: Extract<Entry['truth'], { kind: 'token' }>,
  play: Play,
  rows: readonly number[],
): Seen {
  const isSame = key(identity) === key(other);
  const { what, of } = effectOf(deed.change, play.identity, play.content, isSame);
  const counted = of === 'own' ? identity : other;
  if (what === 'foreign') return FOREIGN;
  if (what === 'damaged') return { identity: counted, state: 'corrupt' };
  const row = identitiesOf(play).findIndex((each) => key(each) === key(counted));
  const isCompared = play.content !== 'none' && rows.includes(row) && row !== play.hashLost;
  // Samples of another run have the hashes of messages with other tokens. So if the whole payload is compared, and the
  // token is in the payload, every message differs.
  const isOther = play.wrongSamples && play.content === 'whole' && isInPayload(play);
  return { identity: counted, state: isCompared && (isOther || what === 'differs') ? 'differs' : 'intact' };
}

function isInPayload({ identity }: Play): boolean {
  return identity === 'field' || identity === 'number';
}

export function isAck(answer: Answer): boolean {
  return answer === 'ok' || answer === 'created';
}

export function isRefusal(answer: Answer): boolean {
  return answer === 'bad' || answer === 'notEnqueued' || answer === 'refused';
}
