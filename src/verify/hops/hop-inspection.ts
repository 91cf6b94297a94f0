import type { Identity } from '../../message/identity.ts';
import type { FindPlace } from '../../message/placement.ts';
import { claimOfRuns } from '../../message/reading/claim-of.ts';
import { readToken } from '../../message/reading/token-reader.ts';
import type { Delivery, Positions } from '../../queue/reader.ts';
import type { HopTally } from '../counting/hops/hop-tally.ts';
import type { KeptRuns } from '../reading/kept-runs.ts';
import { EndToEndLatency } from '../reading/latency.ts';
import { RunPeriods } from '../reading/run-periods.ts';
import { SignedLatency } from '../reading/signed-latency.ts';
import { TokenRuns } from '../reading/token-runs.ts';

interface HopInspectionOptions {
  /** The number of the hop in the tallies. */
  readonly hop: number;
  /** The tallies of the runs, by the ID of the run. */
  readonly tallies: ReadonlyMap<string, HopTally>;
  readonly known: KeptRuns;
  readonly find: readonly FindPlace[] | undefined;
  /** Whether the reader was opened before the first send. */
  readonly live: boolean;
}

/** A message of a run, with its send time if the message contains one. */
interface Recognised {
  readonly identity: Identity;
  readonly sentAtMs: number | null;
}

/**
 * Recognises the messages of the runs in one hop, a queue to which the user's service writes. Only the
 * identity of a message is read. A service may change everything else, so neither checksums nor contents are
 * compared.
 */
export class HopInspection {
  /** Latency from the send to the arrival in the hop. */
  readonly latency = new EndToEndLatency();
  /** Time from the arrival in the first queue to the arrival in the hop. */
  readonly fromQueue = new SignedLatency();
  readonly #options: HopInspectionOptions;
  readonly #tokens: TokenRuns;
  readonly #periods: RunPeriods;
  readonly #firstOwn = new Map<number, number>();
  #deliveries = 0;
  #own = 0;
  #redelivered = 0;

  constructor(options: HopInspectionOptions) {
    const { tallies, known, find } = options;
    const read = { content: { kind: 'none' } as const, ...(find === undefined ? {} : { find }) };
    this.#options = options;
    this.#tokens = new TokenRuns([...tallies.keys()], known.of, read);
    this.#periods = new RunPeriods(known.of);
  }

  get deliveries(): number {
    return this.#deliveries;
  }

  /** Number of deliveries of the runs. */
  get own(): number {
    return this.#own;
  }

  get foreign(): number {
    return this.#deliveries - this.#own;
  }

  /** Number of repeated deliveries that the hop marks as redelivered. They need not be second copies. */
  get redelivered(): number {
    return this.#redelivered;
  }

  /** For each partition, the first offset with a message of the runs. */
  get firstOwn(): Positions {
    return this.#firstOwn;
  }

  add(deliveries: readonly Delivery[]): void {
    this.#options.known.look();
    this.#tokens.lookUp();
    for (const delivery of deliveries) this.#addOne(delivery);
  }

  #addOne(delivery: Delivery): void {
    this.#deliveries++;
    const recognised = this.#recognise(delivery);
    const tally = this.#options.tallies.get(recognised?.identity.run ?? '');
    if (recognised === null || tally === undefined) return;
    this.#own++;
    this.#options.known.keep(recognised.identity.run);
    if (!this.#firstOwn.has(delivery.partition)) this.#firstOwn.set(delivery.partition, delivery.offset);
    const { hop } = this.#options;
    const { identity } = recognised;
    if (delivery.redelivered && tally.copiesOf(hop, identity) > 0) this.#redelivered++;
    else if (tally.add(hop, identity) === 0) this.#time(delivery, recognised, tally);
  }

  /** Call this with the first copy of a message that was read from the first queue, after `keepQueueArrival`. */
  addQueueArrival(identity: Identity, queuedAtMs: number, tally: HopTally): void {
    const arrivedAtMs = tally.arrivalOf(this.#options.hop, identity);
    if (arrivedAtMs !== null) this.fromQueue.add(arrivedAtMs - queuedAtMs);
  }

  /**
   * Adds the times of a message that arrived in the hop. A message with a token does not contain its send time, so its
   * latency is added when its row is known. The time from the first queue is added when the message was also read from
   * that queue.
   */
  #time(delivery: Delivery, { identity, sentAtMs }: Recognised, tally: HopTally): void {
    const { hop, live } = this.#options;
    const arrivedAtMs = this.latency.arrivalOf(delivery, live);
    if (arrivedAtMs === null) return;
    if (sentAtMs !== null) this.latency.add(this.latency.sinceSent(arrivedAtMs, sentAtMs, live));
    const queuedAtMs = tally.queueArrivalOf(identity);
    if (queuedAtMs !== null) this.fromQueue.add(arrivedAtMs - queuedAtMs);
    if (sentAtMs === null || queuedAtMs === null) tally.keepArrival(hop, identity, arrivedAtMs);
  }

  #recognise(delivery: Delivery): Recognised | null {
    return this.#byClaim(delivery) ?? this.#byToken(delivery);
  }

  /** A message that was sent before or after the run belongs to another execution with the same ID. */
  #byClaim({ value }: Delivery): Recognised | null {
    const claim = this.#tokens.mayUseBody ? claimOfRuns(value, this.#options.tallies) : null;
    if (claim === null) return null;
    const sentAtMs = Number(claim.sentAt);
    return this.#periods.isOutside(claim.identity.run, sentAtMs)
      ? null
      : { identity: claim.identity, sentAtMs };
  }

  #byToken(delivery: Delivery): Recognised | null {
    const { tokens } = this.#tokens;
    const token = tokens.length === 0 ? null : readToken(delivery, tokens);
    return token === null ? null : { identity: token.identity, sentAtMs: null };
  }
}
