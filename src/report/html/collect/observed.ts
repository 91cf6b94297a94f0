import { plural } from '../../../plural.ts';
import {
  MAX_LISTED,
  type ObservedEnd,
  type ObservedService,
  type Rebalance,
  type Reset,
  readObservedService,
} from '../../../runs/documents/observed-service-json.ts';
import type { RunFolder } from '../../../runs/run-folder.ts';
import { formatCount, formatMs } from '../../figures.ts';
import { readObservedLevelling } from '../curves/levelling.ts';
import type { Fact, ObservedData } from '../report-data.ts';
import { fact } from './fact.ts';

/** More would fill the page. The file lists the others. */
const MAX_SHOWN = 10;

/** What was observed of the user's own service. Null if it was not observed. */
export async function readObserved(folder: RunFolder, originMs: number): Promise<ObservedData | null> {
  const record = await readObservedService(folder);
  if (record === null) return null;
  const levelling = await readObservedLevelling(folder, originMs);
  const seconds = (ms: number) => Math.max(0, ms - originMs) / 1000;
  const rebalances = (record.end?.rebalances.first ?? []).slice(0, MAX_LISTED);
  return {
    facts: observedFacts(record, originMs),
    levelling,
    rebalances: rebalances.map(({ fromMs, toMs }) => ({
      fromSeconds: seconds(fromMs),
      toSeconds: toMs === null ? (levelling?.seconds.at(-1) ?? seconds(fromMs)) : seconds(toMs),
    })),
  };
}

/** @param originMs time 0 of the run; epoch milliseconds */
export function observedFacts({ group, intervalMs, end }: ObservedService, originMs: number): Fact[] {
  const name = fact('consumer group', group);
  if (end === null) return [name, fact('observed', 'not to the end')];
  const { messages, committed } = end;
  return [
    name,
    fact('last state', stateText(end)),
    fact('observed', observedText(end, intervalMs)),
    fact('committed', `${formatCount(committed)} of ${plural(messages, 'message')}`),
    ...(end.waitMs.count === 0 ? [] : [fact('arrival to commit', waitText(end))]),
    ...drainFacts(end),
    fact('largest backlog', `${formatCount(end.peakBacklog)}, oldest message ${seconds(end.longestAgeMs)}`),
    ...(end.waitingBefore === 0 ? [] : [fact('waited before the run', plural(end.waitingBefore, 'message'))]),
    fact('measured rate', rateText(end, originMs)),
    fact(
      'rebalances',
      listText(end.rebalances, (each) => rebalanceText(each, originMs)),
    ),
    ...(end.resets.count === 0
      ? []
      : [
          fact(
            'offsets moved back',
            listText(end.resets, (each) => resetText(each, originMs)),
          ),
        ]),
  ];
}

function stateText({ state, members, mostMembers }: ObservedEnd): string {
  if (members === null) return 'members unknown: the broker reports them only for the classic group protocol';
  if (state === 'Dead') return 'the broker reports no such group';
  const most = mostMembers === null || mostMembers === members ? '' : `, at most ${mostMembers}`;
  return `${state}, ${plural(members, 'member')}${most}`;
}

function observedText({ observations, unanswered, longestGapMs }: ObservedEnd, intervalMs: number): string {
  const silent = unanswered === 0 ? '' : `, ${formatCount(unanswered)} without an answer`;
  return `every ${intervalMs} ms, ${plural(observations, 'time')}${silent}; a commit was seen at most ${formatMs(longestGapMs)} ms late`;
}

function waitText({ waitMs, longestGapMs }: ObservedEnd): string {
  const { p50, p99, max } = waitMs;
  return `p50 ${formatMs(p50)} ms, p99 ${formatMs(p99)} ms, longest ${formatMs(max)} ms; each up to ${formatMs(longestGapMs)} ms too long`;
}

function drainFacts({ messages, lastArrivalMs, allCommittedAtMs }: ObservedEnd): Fact[] {
  if (messages === 0 || lastArrivalMs === null) return [];
  const text =
    allCommittedAtMs === null
      ? 'never'
      : `${seconds(Math.max(0, allCommittedAtMs - lastArrivalMs))} after the last arrival`;
  return [fact('everything committed', text)];
}

function rateText({ drainRate }: ObservedEnd, originMs: number): string {
  if (drainRate === null) return 'none: no backlog lasted long enough';
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
