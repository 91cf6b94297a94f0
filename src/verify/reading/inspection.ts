import type { Identity } from '../../message/identity.ts';
import { namedRuns } from '../../message/reading/named-runs.ts';
import { MessageReader, type Reading } from '../../message/reading/read.ts';
import { readToken } from '../../message/reading/token-reader.ts';
import { carriesIdentity } from '../../plan/placements.ts';
import { planBodies } from '../../plan/template/plan-bodies.ts';
import type { Place } from '../../queue/message.ts';
import type { Delivery, Positions, Timestamp } from '../../queue/reader.ts';
import { comparedFields } from '../counting/contents/compared-contents.ts';
import { Tally } from '../counting/tally.ts';
import { CLOCK_SLEW_MS } from '../gathering/period.ts';
import { isWithin } from '../row-window.ts';
import { KeptRuns } from './kept-runs.ts';
import { EndToEndLatency } from './latency.ts';
import { type KnownRun, RunPeriods, requestsOf } from './run-periods.ts';
import { TokenRuns } from './token-runs.ts';

const FOREIGN: Reading = { kind: 'foreign' };
const NONE: ReadonlySet<string> = new Set();

/** Collects everything that was read, for the runs that are verified together. */
export class Inspection {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly latency = new EndToEndLatency();
  readonly #reader: MessageReader;
  readonly #runs: TokenRuns;
  readonly #known: KeptRuns;
  readonly #live: boolean;
  readonly #onOwn: ((delivery: Delivery) => void) | null;
  readonly #onFirst: ((identity: Identity, delivery: Delivery) => void) | null;
  readonly #periods: RunPeriods;
  readonly #firstOwn = new Map<number, number>();
  #deliveries = 0;
  #isFrozen = false;
  #late = 0;
  #own = 0;
  #foreign = 0;
  readonly #nameless = new Map<string, number>();
  #namelessExample: Delivery | null = null;

  /**
   * Prepares for the messages of some runs.
   * @param known returns the facts of run.json; null if the file is missing; called when they are needed, because a
   * live reader opens before its run
   * @param live whether the reader was opened before the first send
   * @param onOwn called for each message of the runs; if the messages of a run carry no identity, called for every
   * message; null if nobody needs the messages
   * @param onFirst called for the first copy of each message; null if nobody needs the first copies
   */
  constructor(
    runs: readonly string[],
    known: (run: string) => KnownRun | null,
    live: boolean,
    onOwn: ((delivery: Delivery) => void) | null = null,
    onFirst: ((identity: Identity, delivery: Delivery) => void) | null = null,
  ) {
    this.#known = new KeptRuns(runs, known);
    const { of } = this.#known;
    this.tallies = new Map(
      runs.map((run) => [
        run,
        new Tally(
          run,
          requestsOf(() => of(run)),
          (arrivedAtMs, sentAtMs) => this.latency.add(arrivedAtMs - sentAtMs),
          comparedFields(() => of(run)?.plan ?? null),
        ),
      ]),
    );
    this.#reader = new MessageReader(
      new Map(runs.map((run) => [run, planBodies(() => of(run)?.plan ?? null)])),
    );
    this.#runs = new TokenRuns(runs, of);
    this.#periods = new RunPeriods(of);
    this.#live = live;
    this.#onOwn = onOwn;
    this.#onFirst = onFirst;
  }

  /**
   * Returns the tally of a run.
   * @throws Error if the run is not verified here: with an empty tally, all its messages would count as missing
   */
  tallyOf(run: string): Tally {
    const tally = this.tallies.get(run);
    if (tally === undefined) throw new Error(`run ${run} is not being verified here`);
    return tally;
  }

  /** Start of the run whose messages were read, in epoch milliseconds. Null if no message was read for a start. */
  startOf(run: string): number | null {
    return this.#known.startOf(run);
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /**
   * Number of deliveries that came after `freeze` was called, when the counts were final. They may belong to any run,
   * and are in no other count.
   */
  get late(): number {
    return this.#late;
  }

  /** Number of deliveries that belong to the runs, including damaged ones. */
  get own(): number {
    return this.#own;
  }

  /**
   * Number of deliveries that have no identity and may have arrived during the run. They are counted until the first
   * message of the run arrives.
   */
  namelessOf(run: string): number {
    return this.#nameless.get(run) ?? 0;
  }

  /** One of the deliveries without an identity. Null if there are no such deliveries. */
  get namelessExample(): Delivery | null {
    return this.#namelessExample;
  }

  get foreign(): number {
    return this.#foreign;
  }

  /** For each partition, the first offset with a message of the runs. */
  get firstOwn(): Positions {
    return this.#firstOwn;
  }

  /** Number of acknowledged messages that were not found so far. */
  get missing(): number {
    let missing = 0;
    for (const tally of this.tallies.values()) missing += tally.missing;
    return missing;
  }

  /**
   * Stops counting, except for the number of late deliveries. The reader stays open while the verdict is reached, but
   * the counts must not change any more.
   */
  freeze(): void {
    this.#isFrozen = true;
  }

  add(deliveries: readonly Delivery[]): void {
    if (this.#isFrozen) {
      this.#late += deliveries.length;
      return;
    }
    this.#deliveries += deliveries.length;
    this.#known.look();
    this.#runs.lookUp();
    for (const delivery of deliveries) this.#addOne(delivery);
  }

  #addOne(delivery: Delivery): void {
    const reading = this.#read(delivery);
    if (reading.kind === 'foreign') {
      this.#foreign++;
      this.#countNameless(delivery);
      if (this.#onOwn !== null && this.#isNameless) this.#onOwn(delivery);
      return;
    }
    const tally = this.tallyOf(reading.run);
    if (this.#isOfAnotherTime(reading)) {
      tally.addOfOtherExecution();
      return;
    }
    this.#known.keep(reading.run);
    const sighting = tally.addReading(reading, this.#arrived(delivery, reading), delivery.redelivered);
    if (sighting === 'other') return;
    this.#own++;
    this.#onOwn?.(delivery);
    if (!this.#firstOwn.has(delivery.partition)) this.#firstOwn.set(delivery.partition, delivery.offset);
    if (sighting === 'first' && reading.kind !== 'corrupt') this.#onFirst?.(reading.identity, delivery);
    if (sighting === 'first' && reading.kind === 'message' && reading.condition !== 'corrupt')
      this.latency.record(delivery, reading.sentAtMs, this.#live);
  }

  #read(delivery: Delivery): Reading {
    const reading = this.#runs.mayUseBody ? this.#reader.read(delivery.value) : FOREIGN;
    const { tokens } = this.#runs;
    if (reading.kind !== 'foreign' || tokens.length === 0) return reading;
    const token = readToken(delivery, tokens);
    return token === null ? FOREIGN : { kind: 'token', run: token.identity.run, ...token };
  }

  /**
   * A message with a token does not contain its send time. So its latency is recorded when its row is read.
   */
  #arrived(delivery: Delivery, reading: Reading): Place & { readonly arrivedAtMs?: number | null } {
    if (reading.kind !== 'token') return delivery;
    const { partition, offset } = delivery;
    return { partition, offset, arrivedAtMs: this.latency.arrivalOf(delivery, this.#live) };
  }

  get #isNameless(): boolean {
    return [...this.tallies.keys()].some((run) => {
      const plan = this.#known.of(run)?.plan;
      return plan !== undefined && !carriesIdentity(plan);
    });
  }

  /**
   * Counts a message that qbl cannot identify, for each run that may have sent it. If the message contains IDs of runs,
   * only those runs may have sent it. The count matters only for a run of which no message was identified: it shows why.
   * Other runs are left out first, because the search for the IDs reads the message again, which is slow.
   */
  #countNameless(delivery: Delivery): void {
    const { value, timestamp } = delivery;
    if (value === null && !(this.#runs.mayUseTokens && mayCarryToken(delivery))) return;
    const silent = [...this.tallies]
      .filter(([, { deliveries }]) => deliveries === 0)
      .map(([run]) => run)
      .filter((run) => this.#mayHaveSent(run, timestamp));
    if (silent.length === 0) return;
    const named = value !== null && this.#runs.mayUseBody ? namedRuns(value) : NONE;
    const runs = silent.filter((run) => named.size === 0 || named.has(run));
    if (runs.length === 0) return;
    this.#namelessExample ??= delivery;
    for (const run of runs) this.#nameless.set(run, this.namelessOf(run) + 1);
  }

  /**
   * Whether a message may belong to the run, by its timestamp. The clock of the broker may differ a little. A producer
   * can set any timestamp, and its clock may be wrong by hours. So only a timestamp of the broker excludes a message.
   */
  #mayHaveSent(run: string, timestamp: Timestamp | null): boolean {
    const period = this.#periods.of(run);
    if (period === null || this.#live || timestamp?.source !== 'LogAppendTime') return true;
    return isWithin(timestamp.atMs, { ...period, fromMs: period.fromMs - CLOCK_SLEW_MS });
  }

  /** Whether a message was sent before or after the run. A damaged message does not prove its send time. */
  #isOfAnotherTime(reading: Reading): boolean {
    if (reading.kind !== 'message' || reading.condition === 'corrupt' || reading.condition === 'unproven')
      return false;
    return this.#periods.isOutside(reading.run, reading.sentAtMs);
  }
}

/** Whether a message without a value can still contain an identity, in its key or its headers. */
function mayCarryToken({ key, headers }: Delivery): boolean {
  return (key !== undefined && key !== null) || headers !== undefined;
}
