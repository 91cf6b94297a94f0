import { printable } from '../../printable.ts';
import { HOP_COUNTS, RUN_COUNTS, SERVICE_COUNTS } from '../../runs/documents/counts.ts';
import type { FailReason } from '../../runs/documents/reasons.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { sawEverything } from '../../runs/saw-everything.ts';
import type { StatisticsSummary } from '../../samples/summary/statistics.ts';
import type { CountFact, OffenceFact } from './facts.ts';
import { type CountName, failsAlways, KINDS, OFFENCE_NAMES, offenceOf } from './kinds.ts';

interface Counted {
  readonly name: CountName;
  readonly count: number;
}

/** Returns all counts of a verification, including those of a service and of hops. */
export function countFacts(record: VerifyRecord): CountFact[] {
  return countsOf(record).map(({ name, count }) => {
    const { group, name: words, offence } = KINDS[name];
    const state = offence === undefined ? 'none' : offenceFact(offence, words, count, record).state;
    const isOffence = state === 'proven' || state === 'suspected';
    return { group, name: name === 'lost' ? absent(record) : words, count, isOffence };
  });
}

/** Returns the name for missing messages: `lost` if the whole queue was read, otherwise `not found`. */
function absent(record: VerifyRecord): string {
  return sawEverything(record) ? KINDS.lost.name : 'not found';
}

/** Returns the counts that the sender knows. Used if the run was not verified. */
export function sentFacts({ samples: sent, acked, rejected, indeterminate }: StatisticsSummary): CountFact[] {
  return Object.entries({ sent, acked, rejected, indeterminate }).map(([name, count]) => ({
    group: 'sent',
    name,
    count,
    isOffence: false,
  }));
}

export function offenceFacts(record: VerifyRecord): OffenceFact[] {
  return countsOf(record).flatMap(({ name, count }) => {
    const { offence, name: words } = KINDS[name];
    return offence === undefined ? [] : [offenceFact(offence, words, count, record)];
  });
}

/**
 * Returns every kind of problem with the state `open`. Used if the run was not verified, because any problem is
 * possible then.
 */
export function openOffences(why: string): OffenceFact[] {
  return OFFENCE_NAMES.map((name) => ({ state: 'open', name, why }));
}

function countsOf(record: VerifyRecord): Counted[] {
  const { service, hops } = record;
  return [
    ...[...RUN_COUNTS, 'foreign' as const].map((name) => ({ name, count: record[name] })),
    ...(service === null ? [] : SERVICE_COUNTS.map((name) => ({ name, count: service[name] }))),
    ...(hops === null ? [] : HOP_COUNTS.map((name) => ({ name, count: hops[name] }))),
  ];
}

/** Says whether a problem happened. If evidence is missing, there may be problems that qbl did not see. */
function offenceFact(
  offence: FailReason,
  name: string,
  count: number,
  { reasons, reading }: VerifyRecord,
): OffenceFact {
  if (reasons.some(({ kind }) => kind === offence)) return { state: 'proven', name, count };
  if (count > 0 && failsAlways(offence) && reading !== 'none') return { state: 'suspected', name, count };
  const gap = reasons.find((reason) => offenceOf(reason) === undefined);
  return gap === undefined ? { state: 'none', name } : { state: 'open', name, why: printable(gap.text) };
}
