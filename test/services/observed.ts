import { readFile } from 'node:fs/promises';
import type { ObservedQueueRecord, QueueEnd } from '../../src/runs/documents/observed-service-json.ts';
import type { Ended } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';

/** Arguments of a run that sends 200 messages and observes the service of the queue. */
export const RUN = [
  'run',
  '--run',
  'mine',
  '--json',
  '--observe-service',
  '--threads',
  '10',
  '--loops',
  '20',
];
export const SENT = 200;
/** Arguments with a long --settle, because a busy machine may pause a service that makes progress. */
export const PATIENT = ['--settle', '60s'];
export const DEADLINE_MS = 150_000;

/** What was observed of the queue. */
export function endOf(ended: Ended): QueueEnd {
  const { observed } = JSON.parse(ended.stdout) as { observed: ObservedQueueRecord };
  if (observed.end === null) throw new Error('the observation did not end');
  return observed.end;
}

type Row = Partial<Record<'taken' | 'backlog' | 'unacknowledged' | 'consumers', string>>;

/** The last row of observed-timeline.csv. Empty if the file has no row yet. */
export async function lastRow(folder: string): Promise<Row> {
  const text = await readFile(runFile(folder, 'mine', 'observed-timeline.csv'), 'utf8').catch(() => '');
  const [header = '', ...rows] = text.trim().split('\n');
  const values = (rows.at(-1) ?? '').split(',');
  return Object.fromEntries(header.split(',').map((column, index) => [column, values[index] ?? '']));
}
