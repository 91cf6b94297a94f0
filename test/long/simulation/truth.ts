import type { Positions } from '../../../src/queue/reader.ts';
import type { Verdict } from '../../../src/runs/documents/verify-json.ts';
import { isAck, isRefusal } from '../oracle.ts';
import type { Facts, RunFacts } from './facts.ts';
import type { Verification } from './story.ts';
import type { Own } from './world.ts';

/** The results that docs/semantics.md allows for a history whose truth is known. */
export interface Demanded {
  /** The allowed verdicts. For some histories, docs/semantics.md allows several. */
  readonly verdicts: ReadonlySet<Verdict>;
  /** The counts of all runs together. Null if not everything was read. */
  readonly counts: Readonly<Record<string, number>> | null;
}

/**
 * Computes the allowed results with sets and loops, independently of the code. Call it before the verification, which
 * may remove messages.
 */
export function demanded(facts: Facts, verification: Verification, live: boolean): Demanded {
  const runs = facts.judged(verification, live);
  const readsReceiptsAlone = facts.story.kind === 'once' && !facts.consumes(verification);
  const visible = readsReceiptsAlone ? [] : facts.world.visible();
  const inQueue = visible.flatMap(({ entry }) => entry.own ?? []);
  const receipts = runs
    .flatMap(({ id }) => facts.receipts.get(id) ?? [])
    .filter((own) => isJudged(runs, own));
  // If the log can be read, a receipt alone does not prove that a message without a row arrived.
  const isLog = facts.story.kind === 'log';
  const told = runs.map((run) =>
    countRun(
      run,
      inQueue,
      receipts.filter(({ loop }) => !isLog || run.rows.has(loop)),
    ),
  );
  const sum = (name: keyof RunCounts) => told.reduce((total, counts) => total + counts[name], 0);

  const services = runs.flatMap(({ story }) => story.service ?? []);
  const hasServices = services.length > 0;
  const served = runs.filter(
    ({ id, story }) => story.service !== null || (hasServices && receipts.some(({ run }) => run === id)),
  );
  const finished =
    services.every(({ end }) => end === 'in good order') &&
    served.every(({ story }) => story.killedAfter === null);
  const keyOf = ({ run, loop }: Own) => `${run}/${loop}`;
  const receipted = hasServices ? receipts.map(keyOf) : [];
  const seen = new Set(inQueue.map(keyOf));
  const servedIds = new Set(served.map(({ id }) => id));
  const unprocessed = [...seen].filter(
    (key) => servedIds.has(key.split('/')[0] ?? '') && !receipted.includes(key),
  ).length;
  // A receipt proves nothing about a message of a log that has no row and was not read.
  const counted = receipts.filter((own) => !isLog || seen.has(keyOf(own)) || hasRow(runs, own)).map(keyOf);
  const processedTwice = hasServices && counted.some((key, i) => counted.indexOf(key) !== i);
  const unseen = facts.story.kind === 'log' && receipted.some((key) => !seen.has(key));
  const unproven = hasServices && receipts.some((own) => own.damaged && !seen.has(keyOf(own)));

  const proven =
    sum('phantom') > 0 ||
    sum('corrupt') > 0 ||
    sum('unexpected') > 0 ||
    (processedTwice && verification.exactlyOnce);
  const brokenOff = verification.breaksOff !== null && !readsReceiptsAlone;
  if (brokenOff) return { verdicts: new Set(proven ? ['fail', 'unknown'] : ['unknown']), counts: null };
  const past = pastOf(facts, runs);
  const later = live && sum('lost') > 0 ? removedLater(facts, verification, past.starts) : 'nothing';
  // Retention may remove the late message, which the tap did not read. It may also remove a message that only the
  // second reading could confirm.
  const lateGone = live && facts.hasLate && facts.story.removedAfterTap > 0;
  // Messages without a row are not searched for. They may be before the starting time, or in a queue that was
  // recreated later.
  const unseenBy = past.madeAnew || told.every(({ rows }) => rows === 0);
  const counts =
    unseenBy || past.hasOlder || later !== 'nothing' || lateGone
      ? null
      : Object.fromEntries(COUNTED.map((name) => [name, sum(name)]));
  if (proven)
    return { verdicts: new Set(unseenBy || past.hasOlder ? ['fail', 'unknown'] : ['fail']), counts };

  const rests = sum('received') < sum('sent') || verification.exactlyOnce || verification.ordered;
  const decided: Verdict =
    (sum('lost') > 0 && later !== 'proof') ||
    (sum('duplicated') > 0 && verification.exactlyOnce) ||
    (unprocessed > 0 && finished)
      ? 'fail'
      : told.some(({ acked }) => acked === 0) ||
          runs.some(({ story }) => story.killedAfter !== null) ||
          unprocessed > 0 ||
          unproven ||
          later === 'proof' ||
          (services.some(({ end }) => end === 'killed') && verification.exactlyOnce)
        ? 'unknown'
        : 'pass';

  const takenBefore = rests && runs.some(({ taken }) => taken);
  // Foreign messages could be the run's messages in an unreadable encoding.
  const unreadable = told.some(({ acked, received }) => acked > 0 && received === 0);
  const nameless = facts.story.kind === 'log' || !readsReceiptsAlone;
  const mayBeEncoded = unreadable && nameless && visible.some(({ entry }) => entry.own === null);
  const receiptsIncomplete = readsReceiptsAlone && !finished;
  const unknown = new Set<Verdict>(['unknown']);
  const either = new Set<Verdict>([decided, 'unknown']);
  if (unseen || receiptsIncomplete || takenBefore || past.toldAnew) return { verdicts: unknown, counts };
  if (rests && (past.idWithheld || past.mayHaveBeenRemoved === 'yes')) return { verdicts: unknown, counts };
  const open =
    lateGone ||
    past.madeAnew ||
    past.hasOlder ||
    past.skipped ||
    mayBeEncoded ||
    (rests && past.mayHaveBeenRemoved === 'open') ||
    runs.some(({ takenElsewhere }) => takenElsewhere) ||
    told.every(({ rows }) => rows === 0);
  return { verdicts: open ? either : new Set([decided]), counts };
}

/** Whether every acknowledged message is in the queue, or was received by a service. */
export function mayPass(facts: Facts, verification: Verification, live: boolean): boolean {
  const runs = facts.judged(verification, live);
  const inQueue = facts.world.visible().flatMap(({ entry }) => entry.own ?? []);
  const there = [...inQueue, ...runs.flatMap(({ id }) => facts.receipts.get(id) ?? [])];
  return runs.every(({ id, rows }) =>
    [...rows].every(
      ([loop, answer]) => !isAck(answer) || there.some((own) => own.run === id && own.loop === loop),
    ),
  );
}

/**
 * Whether something really went wrong, or a message is missing in a way that docs/semantics.md calls
 * undetectable.
 */
export function isWronged(facts: Facts, verification: Verification, live: boolean): boolean {
  const runs = facts.judged(verification, live);
  const past = pastOf(facts, runs);
  if (past.madeAnew && !past.toldAnew) return true;
  return runs.some(({ id, rows, story, takenElsewhere }) => {
    const put = facts.world.everPut.filter(({ run }) => run === id);
    const loops = put.map(({ loop }) => loop);
    return (
      takenElsewhere ||
      story.extra ||
      // A late message arrives after the service has ended, so the service did not process it.
      (facts.hasLate && story.service !== null) ||
      put.some(({ damaged }) => damaged) ||
      (verification.exactlyOnce && loops.some((loop, i) => loops.indexOf(loop) !== i)) ||
      [...rows].some(([loop, answer]) => isAck(answer) && !loops.includes(loop)) ||
      [...rows].some(([loop, answer]) => isRefusal(answer) && loops.includes(loop)) ||
      runs.some((run) => (run.story.service?.leaves.length ?? 0) > 0)
    );
  });
}

interface RunCounts {
  readonly rows: number;
  readonly sent: number;
  readonly acked: number;
  readonly received: number;
  readonly lost: number;
  readonly phantom: number;
  readonly unexpected: number;
  readonly corrupt: number;
  readonly duplicated: number;
}

const COUNTED = ['acked', 'received', 'lost', 'phantom', 'unexpected', 'corrupt', 'duplicated'] as const;

function isJudged(runs: readonly RunFacts[], { run }: Own): boolean {
  return runs.some(({ id }) => id === run);
}

function hasRow(runs: readonly RunFacts[], { run, loop }: Own): boolean {
  return runs.some(({ id, rows }) => id === run && rows.has(loop));
}

/** The counts of one run, given the messages in the queue and the receipts. */
function countRun(
  { id, story, rows }: RunFacts,
  inQueue: readonly Own[],
  receipts: readonly Own[],
): RunCounts {
  const copies = inQueue.filter(({ run }) => run === id);
  const loops = copies.map(({ loop }) => loop);
  const there = new Set([...loops, ...receipts.filter(({ run }) => run === id).map(({ loop }) => loop)]);
  const ended = story.killedAfter === null;
  const withoutRow = [...there].filter((loop) => !rows.has(loop)).length;
  const acked = [...rows].filter(([, answer]) => isAck(answer)).map(([loop]) => loop);
  const rejected = [...rows].filter(([, answer]) => isRefusal(answer)).map(([loop]) => loop);
  return {
    rows: rows.size,
    sent: rows.size + withoutRow,
    acked: acked.length,
    received: there.size,
    lost: acked.filter((loop) => !there.has(loop)).length,
    phantom: rejected.filter((loop) => there.has(loop)).length,
    unexpected: ended ? withoutRow : 0,
    corrupt: copies.filter(({ damaged }) => damaged).length,
    duplicated: new Set(loops.filter((loop, i) => loops.indexOf(loop) !== i)).size,
  };
}

/**
 * Returns what retention removes after a live tap has read every message, and before the loss is confirmed. The tap's
 * proof of the loss stays valid if the queue has an ID. Without an ID, the removed messages may have been in another
 * queue, so the proof is lost too.
 */
function removedLater(
  { world, story }: Facts,
  { withholdsId }: Verification,
  starts: Positions | null,
): 'nothing' | 'messages' | 'proof' {
  if (story.removedAfterTap === 0) return 'nothing';
  const isBeyond = world.wouldRemove(story.removedAfterTap, starts ?? new Map());
  return isBeyond && !(story.tellsId && !withholdsId) ? 'proof' : 'messages';
}

interface Past {
  /** The ends of the queue that a tap recorded. Null if taps did not record the ends for every run. */
  readonly starts: Positions | null;
  /** Whether the queue was recreated after the sends, or after the first record. */
  readonly madeAnew: boolean;
  /** Whether a record shows that the queue was recreated. */
  readonly toldAnew: boolean;
  /** Whether an ID was recorded before, but the queue does not report one now. */
  readonly idWithheld: boolean;
  readonly mayHaveBeenRemoved: 'no' | 'yes' | 'open';
  /** Whether messages of an older run with the same ID are in the queue. */
  readonly hasOlder: boolean;
  /** Whether retention removed a position at which the reading should have begun. */
  readonly skipped: boolean;
}

function pastOf(facts: Facts, runs: readonly RunFacts[]): Past {
  const { world, story } = facts;
  const visible = world.visible();
  const hasOlder = visible.some(({ entry }) => runs.some(({ id }) => id === entry.older));
  if (story.kind === 'once')
    return {
      starts: null,
      madeAnew: false,
      toldAnew: false,
      idWithheld: false,
      mayHaveBeenRemoved: 'no',
      hasOlder,
      skipped: false,
    };
  const noted = runs.flatMap((run) => run.noted);
  const ends = world.ends();
  const otherId = noted.some(({ queueId }) => queueId !== null && ![null, queueId].includes(world.queueId));
  const toldId = noted.some(({ queueId }) => queueId !== null);
  const shorter = noted.some((note) =>
    [...note.ends].some(([partition, end]) => (ends.get(partition) ?? 0) < end),
  );
  const starts = runs.every(({ tapped }) => tapped) ? (runs[0]?.noted[0]?.ends ?? null) : null;
  const beforeTap = visible.some(
    ({ partition, entry }) =>
      runs.some(({ id }) => id === entry.own?.run) && entry.offset < (starts?.get(partition) ?? 0),
  );
  const begins = [...world.starts];
  const gone = world.removedOwn().some((own) => isJudged(runs, own));
  const isPast = begins.some(([partition, start]) => start > (starts?.get(partition) ?? 0));
  const skipped = starts !== null && isPast;
  return {
    starts,
    madeAnew: beforeTap || facts.queuesOfRuns.some((incarnation) => incarnation !== world.incarnation),
    toldAnew: otherId || shorter,
    idWithheld: toldId && world.queueId === null,
    mayHaveBeenRemoved: !isPast
      ? 'no'
      : starts !== null || gone || story.stamps === 'CreateTime'
        ? 'yes'
        : 'open',
    hasOlder,
    skipped,
  };
}
