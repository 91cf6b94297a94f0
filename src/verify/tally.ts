import type { Identity } from '../message/identity.ts';
import type { OwnReading } from '../message/read.ts';
import type { Place } from '../queue/queue.ts';
import {
  MAX_OFFENDERS,
  type Offence,
  type Offender,
  type Offenders,
  type RunCounts,
} from '../runs/verify-json.ts';
import type { Outcome } from '../samples/outcome.ts';
import { type Entry, IdentityTable } from './identity-table.ts';
import { outOfOrder } from './order.ts';

/**
 * Holds the samples of one run against what was read from the queue. Samples and readings may come in any order
 * and interleaved; nothing is concluded before `conclude`.
 */
export class Tally {
  readonly #run: string;
  readonly #table = new IdentityTable();
  readonly #offenders = newOffenders();
  #repeatedRows = 0;
  #corrupt = 0;
  #enriched = 0;
  #unproven = 0;

  constructor(run: string) {
    this.#run = run;
  }

  /** Rows of the samples that name a message which another row names too. */
  get repeatedRows(): number {
    return this.#repeatedRows;
  }

  /** Deliveries whose sum does not match, while the plan that would tell why is not known. */
  get unproven(): number {
    return this.#unproven;
  }

  /** Acked messages that were not seen yet. */
  get missing(): number {
    return this.#table.missing;
  }

  addSample(identity: Identity, outcome: Outcome): void {
    if (this.#table.setOutcome(identity, outcome) === 'repeated') this.#repeatedRows++;
  }

  /** Whether it is the first sight of a message, whose latency counts. */
  addReading(reading: OwnReading, place: Place): boolean {
    if (reading.kind === 'corrupt') {
      this.#addCorrupt(null, place);
      return false;
    }
    if (reading.condition === 'corrupt') this.#addCorrupt(reading.identity, place);
    if (reading.condition === 'enriched') this.#enriched++;
    if (reading.condition === 'unproven') this.#unproven++;
    const before = this.#table.addSighting(reading.identity, place);
    if (before === 1) this.#offend('duplicated', { identity: reading.identity, place });
    return before === 0;
  }

  /** @param scope what the plan holds, and whether the sender stopped in good order */
  conclude(scope: Scope): Conclusion {
    const counts = {
      ...noCounts(),
      corrupt: this.#corrupt,
      enriched: this.#enriched,
    };
    const offenders = newOffenders(this.#offenders);
    for (const thread of this.#table.threads()) {
      for (const entry of thread.forwards()) {
        const offence = count(counts, entry, scope);
        if (offence !== null) addOffender(offenders, offence, this.#offender(entry));
      }
      const earliest: Entry[] = [];
      for (const entry of outOfOrder(thread.backwards())) {
        counts.outOfOrder++;
        earliest.unshift(entry);
        if (earliest.length > MAX_OFFENDERS) earliest.pop();
      }
      for (const entry of earliest) addOffender(offenders, 'outOfOrder', this.#offender(entry));
    }
    return { counts, offenders };
  }

  #offender({ group, thread, loop, request, place }: Entry): Offender {
    return { identity: { run: this.#run, group, thread, loop, request }, place };
  }

  #addCorrupt(identity: Identity | null, place: Place): void {
    this.#corrupt++;
    this.#offend('corrupt', { identity, place });
  }

  #offend(offence: Offence, offender: Offender): void {
    addOffender(this.#offenders, offence, offender);
  }
}

export interface Scope {
  /** Whether `run.json` has its end. */
  readonly ended: boolean;
  /** Whether the plan would have sent this message; without an end, such a one may lack its row. */
  readonly isPlanned: (identity: Omit<Identity, 'run'>) => boolean;
}

export interface Conclusion {
  readonly counts: RunCounts;
  readonly offenders: Offenders;
}

type MutableCounts = { -readonly [K in keyof RunCounts]: RunCounts[K] };
type MutableOffenders = Record<Offence, Offender[]>;

/** Counts one identity; says which offence it is, if any. */
function count(counts: MutableCounts, entry: Entry, scope: Scope): Offence | null {
  const seen = entry.seen > 0;
  if (seen) counts.received++;
  if (entry.seen > 1) counts.duplicated++;
  const outcome = entry.outcome ?? (!scope.ended && scope.isPlanned(entry) ? 'indeterminate' : null);
  if (outcome === null) {
    counts.unexpected++;
    return 'unexpected';
  }
  counts.sent++;
  counts[outcome]++;
  if (outcome === 'indeterminate') counts[seen ? 'recovered' : 'unresolved']++;
  if (outcome === 'acked' && !seen) {
    counts.lost++;
    return 'lost';
  }
  if (outcome === 'rejected' && seen) {
    counts.phantom++;
    return 'phantom';
  }
  return null;
}

function addOffender(offenders: MutableOffenders, offence: Offence, offender: Offender): void {
  if (offenders[offence].length < MAX_OFFENDERS) offenders[offence].push(offender);
}

function newOffenders(from?: MutableOffenders): MutableOffenders {
  const kept = (offence: Offence) => [...(from?.[offence] ?? [])];
  return {
    lost: kept('lost'),
    phantom: kept('phantom'),
    unexpected: kept('unexpected'),
    corrupt: kept('corrupt'),
    duplicated: kept('duplicated'),
    outOfOrder: kept('outOfOrder'),
  };
}

function noCounts(): MutableCounts {
  return {
    sent: 0,
    acked: 0,
    rejected: 0,
    indeterminate: 0,
    received: 0,
    lost: 0,
    duplicated: 0,
    phantom: 0,
    unexpected: 0,
    corrupt: 0,
    enriched: 0,
    recovered: 0,
    unresolved: 0,
    outOfOrder: 0,
  };
}
