import { plural } from '../../../plural.ts';
import {
  type GroupEnd,
  MAX_LISTED,
  type ObservedEnd,
  type ObservedGroupRecord,
  type ObservedQueueRecord,
  type ObservedService,
  type QueueEnd,
  type Rebalance,
  type Reset,
  readObservedService,
} from '../../../runs/documents/observed-service-json.ts';
import type { RunFolder } from '../../../runs/run-folder.ts';
import { formatCount, formatMs } from '../../figures.ts';
import { readObservedLevelling } from '../curves/levelling.ts';
import type { Fact, ObservedData } from '../report-data.ts';
import { fact } from './fact.ts';

/** Maximum number of events that the page shows, because more events would fill the page. */
const MAX_SHOWN = 10;

/** Reads what was observed of the user's own service. Null if no service was observed. */
export async function readObserved(folder: RunFolder, originMs: number): Promise<ObservedData | null> {
  const record = await readObservedService(folder);
  if (record === null) return null;
  const levelling = await readObservedLevelling(folder, originMs, record.observedBy);
  const seconds = (ms: number) => Math.max(0, ms - originMs) / 1000;
  const rebalances = record.observedBy === 'group' ? (record.end?.rebalances.first ?? []) : [];
  return {
    facts: observedFacts(record, originMs),
    levelling,
    rebalances: rebalances.slice(0, MAX_LISTED).map(({ fromMs, toMs }) => ({
      fromSeconds: seconds(fromMs),
      toSeconds: toMs === null ? (levelling?.seconds.at(-1) ?? seconds(fromMs)) : seconds(toMs),
    })),
  };
}

/**
 * Returns facts about the observed service.
 * @param originMs time 0 of the run, in epoch milliseconds
 */
export function observedFacts(record: ObservedService, originMs: number): Fact[] {
  const name =
    record.observedBy === 'group' ? fact('consumer group', record.group) : fact('queue', record.queue);
  if (record.end === null)
    return [name, fact('observed', 'not to the end: qbl verify was killed, or is still working')];
  const own = record.observedBy === 'group' ? groupFacts(record) : queueFacts(record);
  return [name, ...own, ...rateFacts(record.end, originMs), ...historyFacts(record, originMs)];
}

function groupFacts({ intervalMs, end }: ObservedGroupRecord): Fact[] {
  if (end === null) return [];
  return [
    fact('last state', stateText(end)),
    fact(
      'observed',
      `${observedText(end, intervalMs)}; a commit was seen at most ${formatMs(end.longestGapMs)} ms late`,
    ),
    fact('committed', `${formatCount(end.committed)} of ${plural(end.messages, 'message')}`),
    ...(end.waitMs.count === 0 ? [] : [fact('arrival to commit', waitText(end))]),
    ...drainFacts('everything committed', end, end.allCommittedAtMs),
    fact('largest backlog', `${formatCount(end.peakBacklog)}, oldest message ${seconds(end.longestAgeMs)}`),
  ];
}

function queueFacts({ intervalMs, readyAgeMs, unacknowledgedAgeMs, end }: ObservedQueueRecord): Fact[] {
  if (end === null) return [];
  return [
    fact(
      'observed',
      `${observedText(end, intervalMs)}${ageText(readyAgeMs, '; the counts are approximate, and')}`,
    ),
    ...(end.consumers === null
      ? []
      : [fact('consumers', `${formatCount(end.consumers)}${mostText(end.consumers, end.mostConsumers)}`)]),
    fact('taken', `${formatCount(end.taken)} of ${plural(end.messages, 'message')}`),
    fact('ready at the end', formatCount(end.ready)),
    fact('unacknowledged at the end', unacknowledgedText(end, unacknowledgedAgeMs)),
    ...drainFacts('queue empty', end, end.emptyAtMs),
    ...(unacknowledgedAgeMs === null ? [] : drainFacts('everything acknowledged', end, end.acknowledgedAtMs)),
    fact('processed at', 'not known: a queue does not report when a message was processed'),
    fact('largest backlog', `${formatCount(end.peakBacklog)} ready`),
  ];
}

function unacknowledgedText({ unacknowledged, mostUnacknowledged }: QueueEnd, ageMs: number | null): string {
  if (ageMs === null)
    return 'not counted: AMQP does not report unacknowledged messages, and management.url is not set';
  if (unacknowledged === null) return 'not known';
  const most = mostText(unacknowledged, mostUnacknowledged);
  return `${formatCount(unacknowledged)}${most}${ageText(ageMs, '; this count is')}`;
}

function ageText(ageMs: number, before: string): string {
  return ageMs === 0 ? '' : `${before} up to ${ageMs / 1_000} s old`;
}

function mostText(last: number, most: number | null): string {
  return most === null || most === last ? '' : `, at most ${formatCount(most)}`;
}

function rateFacts(end: ObservedEnd, originMs: number): Fact[] {
  return [
    ...(end.waitingBefore === 0 ? [] : [fact('waited before the run', plural(end.waitingBefore, 'message'))]),
    fact('measured rate', rateText(end, originMs)),
  ];
}

/**
 * Returns facts about rebalances, and about offsets that moved back. Empty if a queue was
 * observed, or if the observation has not ended.
 */
function historyFacts(record: ObservedService, originMs: number): Fact[] {
  if (record.observedBy !== 'group' || record.end === null) return [];
  const { rebalances, resets } = record.end;
  const rebalanced = listText(rebalances, (each) => rebalanceText(each, originMs));
  const reset = listText(resets, (each) => resetText(each, originMs));
  return [fact('rebalances', rebalanced), ...(resets.count === 0 ? [] : [fact('offsets moved back', reset)])];
}

function stateText({ state, members, mostMembers }: GroupEnd): string {
  if (members === null) return 'members unknown: the broker reports them only for the classic group protocol';
  if (state === 'Dead') return 'the broker reports no such group';
  return `${state}, ${plural(members, 'member')}${mostText(members, mostMembers)}`;
}

function observedText({ observations, unanswered }: ObservedEnd, intervalMs: number): string {
  const silent = unanswered === 0 ? '' : `, ${formatCount(unanswered)} without an answer`;
  return `every ${intervalMs} ms, ${plural(observations, 'time')}${silent}`;
}

function waitText({ waitMs, longestGapMs }: GroupEnd): string {
  const { p50, p99, max } = waitMs;
  return `p50 ${formatMs(p50)} ms, p99 ${formatMs(p99)} ms, longest ${formatMs(max)} ms; each up to ${formatMs(longestGapMs)} ms too long`;
}

/**
 * Returns facts about the time that the service needed.
 * @param doneAtMs time at which the service was done; null if it was never done
 */
function drainFacts(name: string, { messages, lastArrivalMs }: ObservedEnd, doneAtMs: number | null): Fact[] {
  if (messages === 0 || lastArrivalMs === null) return [];
  const text =
    doneAtMs === null ? 'never' : `${seconds(Math.max(0, doneAtMs - lastArrivalMs))} after the last arrival`;
  return [fact(name, text)];
}

function rateText({ drainRate }: ObservedEnd, originMs: number): string {
  if (drainRate === null) return 'none: too little progress while messages waited';
  const { perSecond, messages, fromMs, toMs } = drainRate;
  return `${formatMs(perSecond)}/s while messages waited (${plural(messages, 'message')} from ${after(fromMs, originMs)} to ${after(toMs, originMs)})`;
}

function listText<T>(
  { count, first }: { readonly count: number; readonly first: readonly T[] },
  text: (item: T) => string,
): string {
  const shown = first.slice(0, MAX_SHOWN).map(text);
  const left = count - shown.length;
  const all = left > 0 ? [...shown, `${formatCount(left)} more`] : shown;
  return all.length === 0 ? 'none seen' : `${formatCount(count)}: ${all.join('; ')}`;
}

function rebalanceText({ fromMs, toMs, membersBefore, membersAfter }: Rebalance, originMs: number): string {
  const to = toMs === null ? 'without an end' : `to ${after(toMs, originMs)}`;
  return `${after(fromMs, originMs)} ${to}, members ${membersBefore ?? '?'} → ${membersAfter ?? '?'}`;
}

function resetText({ atMs, partition, fromOffset, toOffset }: Reset, originMs: number): string {
  return `partition ${partition} from offset ${formatCount(fromOffset)} to ${formatCount(toOffset)}, seen at ${after(atMs, originMs)}`;
}

function after(ms: number, originMs: number): string {
  return seconds(ms - originMs);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
