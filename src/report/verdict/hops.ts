import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { HopsVerification, HopVerification } from '../../runs/documents/hops-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { formatCount, formatMs } from '../figures.ts';
import { sourceText } from './evidence.ts';
import type { HopsFact } from './facts.ts';

const COLUMNS = [
  'hop',
  'received',
  'repeated',
  'never sent',
  'not in queue',
  'foreign',
  'p50',
  'p99',
  'read',
];
const NAME_LENGTH = 40;
const URL_LENGTH = 2000;

/** What the hops have. Null if the runs have none. */
export function hopsFact({ hops }: Pick<VerifyRecord, 'hops'>): HopsFact | null {
  if (hops === null) return null;
  const { places } = hops;
  return {
    headline: headline(hops),
    columns: COLUMNS,
    rows: places.map(rowOf),
    notes: places.map(({ name, queue, latencySource }) => {
      const url = `${printable(name, NAME_LENGTH)}: ${printable(queue, URL_LENGTH)}`;
      return latencySource === null
        ? url
        : `${url}; p50 and p99 in ms, from send ${sourceText(latencySource)}`;
    }),
  };
}

function headline({ rule, places, missing, repeated, waitedMs, withinMs }: HopsVerification): string {
  const must = rule === 'exactly-one' ? 'exactly one' : 'at least one';
  const waited = `waited ${seconds(waitedMs)} of ${seconds(withinMs)}`;
  return `Each message of the queue must be in ${must} of ${plural(places.length, 'hop')}: ${formatCount(missing)} not found in any, ${formatCount(repeated)} repeated; ${waited}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function rowOf(place: HopVerification): string[] {
  const { name, received, repeated, neverSent, notInQueue, foreign, latencyMs, drained } = place;
  const { count, p50, p99 } = latencyMs;
  return [
    printable(name, NAME_LENGTH),
    ...[received, repeated, neverSent, notInQueue, foreign].map(formatCount),
    ...[p50, p99].map((ms) => (count === 0 ? '–' : formatMs(ms))),
    drained ? 'to the end' : 'not to the end',
  ];
}

/** The fact as lines of text. */
export function hopLines({ headline: first, columns, rows, notes }: HopsFact): string[] {
  const lines = rows.map((cells) => cells.map((cell, index) => `${columns[index]} ${cell}`).join(', '));
  return [first, ...lines, ...notes];
}
