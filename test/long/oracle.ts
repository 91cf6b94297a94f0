import type { Identity } from '../../src/message/identity.ts';
import type { Verdict } from '../../src/runs/verify-json.ts';
import { type Answer, CHANGES, identitiesOf, type Play } from './play.ts';
import type { Entry } from './stage.ts';

/**
 * What docs/semantics.md says of a play, by sets and loops, written apart from the code: it sees what really
 * happened and no byte of a message.
 */
export function oracle(play: Play, read: readonly Entry[], rows: readonly number[]) {
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
  let enriched = 0;
  let foreign = 0;
  for (const entry of read) {
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
    if (became === 'enriched') enriched++;
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
  const outOfOrder = firstAcked.filter((late) =>
    firstAcked.some(
      (early) =>
        early.identity.thread === late.identity.thread &&
        early.entry.delivery.partition === late.entry.delivery.partition &&
        early.entry.delivery.offset < late.entry.delivery.offset &&
        (early.identity.loop > late.identity.loop ||
          (early.identity.loop === late.identity.loop && early.identity.request > late.identity.request)),
    ),
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
    enriched,
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
