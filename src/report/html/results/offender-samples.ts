import type { Identity } from '../../../message/identity.ts';
import type { Plan } from '../../../plan/plan.ts';
import { OFFENCES } from '../../../runs/documents/counts.ts';
import type { VerifyRecord } from '../../../runs/documents/verify-json.ts';
import { RowRequests } from '../../../runs/rows/row-requests.ts';
import type { TracedSample } from '../../../runs/rows/trace.ts';
import { sawEverything } from '../../../runs/saw-everything.ts';
import type { SampleRow } from '../../../samples/jtl/jtl-reader.ts';
import type { Outcome } from '../../../samples/outcome.ts';
import { threadPlaceOf } from '../../../samples/thread-name.ts';
import { KINDS } from '../../verdict/kinds.ts';
import { requestKey, requestKeyOf } from '../../verdict/request-key.ts';

interface Offending {
  readonly identity: Identity;
  /** The problems of the message, such as `lost`. */
  readonly kinds: readonly string[];
}

export interface OffenderSample {
  readonly key: string;
  readonly identity: Identity;
  readonly row: SampleRow;
  readonly outcome: Outcome;
}

/** Returns the messages of the run that have a problem, by the key of their request. */
export function offendingRequests(record: VerifyRecord | null, run: string): ReadonlyMap<string, Offending> {
  const found = new Map<string, Offending>();
  if (record === null) return found;
  for (const offence of OFFENCES) {
    if (offence === 'lost' && !sawEverything(record)) continue;
    for (const { identity } of record.offenders[offence]) {
      if (identity === null || identity.run !== run) continue;
      const key = requestKey(identity);
      const kinds = new Set([...(found.get(key)?.kinds ?? []), KINDS[offence].name]);
      found.set(key, { identity, kinds: [...kinds] });
    }
  }
  return found;
}

/** Finds the samples of messages that have a problem and were not traced, among all rows of a run. */
export class OffenderSamples {
  readonly #requests: RowRequests;
  readonly #wanted: Map<string, Offending>;
  readonly #threads: ReadonlySet<string>;
  /**
   * Number of rows so far for each request of a thread. It replaces the column `loop` if that column is
   * missing.
   */
  readonly #loops = new Map<string, number>();
  readonly found: OffenderSample[] = [];

  constructor(plan: Plan, offending: ReadonlyMap<string, Offending>, trace: readonly TracedSample[] | null) {
    this.#requests = new RowRequests(plan);
    this.#wanted = new Map(offending);
    for (const sample of trace ?? []) this.#wanted.delete(requestKeyOf(sample) ?? '');
    this.#threads = new Set([...this.#wanted.values()].map(({ identity }) => threadOf(identity)));
  }

  take(row: SampleRow, outcome: Outcome): void {
    if (this.#threads.size === 0) return;
    const place = this.#placeOf(row);
    if (place === null) return;
    const key = requestKey(place);
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return;
    this.#wanted.delete(key);
    this.found.push({ key, identity: wanted.identity, row, outcome });
  }

  /** The place of a row's request. Null if no wanted message is from the thread of the row. */
  #placeOf(row: SampleRow): Omit<Identity, 'run'> | null {
    if (row.place !== undefined) return row.place;
    const place = threadPlaceOf(row);
    if (place === null || !this.#threads.has(threadOf(place))) return null;
    const request = (this.#requests.indexOf(place.group, row) ?? -1) + 1;
    return { ...place, loop: row.loop ?? this.#next(threadOf(place), request), request };
  }

  #next(thread: string, request: number): number {
    const name = `${thread}-${request}`;
    const loop = (this.#loops.get(name) ?? 0) + 1;
    this.#loops.set(name, loop);
    return loop;
  }
}

function threadOf({ group, thread }: Pick<Identity, 'group' | 'thread'>): string {
  return `${group}-${thread}`;
}
