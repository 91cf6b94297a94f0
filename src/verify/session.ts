import type { Identity } from '../message/identity.ts';
import { carriesIdentity } from '../plan/placements.ts';
import type { Doubt } from '../queue/doubt.ts';
import type { Delivery, Drain, Positions, Reader, StartingPoint } from '../queue/reader.ts';
import { readRun } from '../runs/documents/run-json.ts';
import type { ReadingKind, Settling } from '../runs/documents/verify-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { type GatheredRun, gatherRun, isIdentified } from './gathering/gathered.ts';
import { knownRuns } from './gathering/known-runs.ts';
import { unprovenServices } from './gathering/observed-services.ts';
import { gatherServices } from './gathering/services.ts';
import type { QueueHistory } from './history/read-history.ts';
import { recordEnds, recordRecreated, recordTaken } from './history/write-history.ts';
import type { HopsFound, HopWatch } from './hop-watch.ts';
import { conclude } from './judging/conclude.ts';
import { concludeRuns } from './judging/copies.ts';
import { gapsOf } from './judging/gaps.ts';
import { notInQueue } from './judging/hops-evidence.ts';
import { notRead } from './judging/not-read.ts';
import { type Ended, sessionDoubts } from './judging/session-doubts.ts';
import { openReader } from './open-reader.ts';
import type { VerifyOptions } from './options.ts';
import { Inspection } from './reading/inspection.ts';
import { ReadingTicker } from './reading/reading-ticker.ts';
import { drainAndSettle, type Settled } from './reading/settle.ts';
import { readingKind } from './reading-kind.ts';
import type { VerifyResult } from './result.ts';

export interface Beginning {
  readonly from: StartingPoint;
  readonly history: QueueHistory;
  readonly live: boolean;
  /** How an earlier reading of the same queue waited at the queue's end. Null if this reading must wait itself. */
  readonly settled: Settling | null;
}

interface SessionParts {
  readonly options: VerifyOptions;
  readonly inspection: Inspection;
  /** The reader of the queue. Null if only receipts are read. */
  readonly reader: Reader | null;
  readonly reading: ReadingKind;
  readonly beginning: Beginning;
  /** What the files of the runs contain. Null if the runs have not been sent yet. */
  readonly gathered: readonly GatheredRun[] | null;
  /** The ID that the queue reported when the reader was opened. */
  readonly queueId: string | null;
}

/** One reading of the queue for one or more runs, from opening the reader to the verdict. */
export class ReadingSession {
  readonly #options: VerifyOptions;
  readonly #inspection: Inspection;
  readonly #reader: Reader | null;
  readonly #reading: ReadingKind;
  readonly #beginning: Beginning;
  readonly #gathered: readonly GatheredRun[] | null;
  readonly queueId: string | null;
  #closing: Promise<void> | null = null;

  private constructor({ options, inspection, reader, reading, beginning, gathered, queueId }: SessionParts) {
    this.#options = options;
    this.#inspection = inspection;
    this.#reader = reader;
    this.#reading = reading;
    this.#beginning = beginning;
    this.#gathered = gathered;
    this.queueId = queueId;
  }

  /**
   * Opens the reader.
   * @param beginning where to read from; if `live` is set, nothing has been sent yet
   * @throws QblError 'environment' if the queue cannot be read
   */
  static async open(options: VerifyOptions, beginning: Beginning): Promise<ReadingSession> {
    const { folders } = options;
    const { from, history, live } = beginning;
    const ids = new Set(folders.map(({ id }) => id));
    const { observer, hops } = options;
    const onOwn = live && observer !== undefined ? observer.arrived.bind(observer) : null;
    const onFirst = hops === undefined ? null : ofHops(hops, live);
    const inspection = new Inspection([...ids], knownRuns(folders, live), live, onOwn, onFirst);
    const reading = await readingKind(options, from);
    // Read the samples before the queue if they exist already. They show which messages come from another sender with
    // the same run ID.
    const gathered = beginning.live ? null : await gatherAll(options, inspection);
    const parts = { options, inspection, reading, gathered };
    if (reading === 'receipts' || reading === 'none')
      return new ReadingSession({ ...parts, reader: null, beginning, queueId: null });
    const reader = await openReader(options, from, reading, inspection);
    const queueId = await reader.queueId();
    const known: QueueHistory = {
      ...history,
      starts: live ? reader.start : history.starts,
      queueIds: new Set([...history.queueIds, ...idsOf(queueId)]),
    };
    return new ReadingSession({ ...parts, reader, beginning: { ...beginning, history: known }, queueId });
  }

  get readsLive(): boolean {
    return this.#reader !== null;
  }

  /** The offset of each partition at which the reading began. */
  get start(): Positions {
    return this.#reader?.start ?? new Map();
  }

  /** Reads the samples, then the queue to its end, and reaches a verdict. Call this after the last send. */
  async conclude(): Promise<VerifyResult> {
    const gathered = this.#gathered ?? (await gatherAll(this.#options, this.#inspection));
    const { drain, settling, interrupted } = await this.#drain(gathered);
    const queueId = (await this.#reader?.queueId()) ?? null;
    await recordEnds(this.#options, drain, queueId);
    await this.#options.observer?.settle();
    const services = await gatherServices(this.#options.folders, gathered, !this.#seesAll);
    this.#inspection.freeze();
    const { runs: concluded, doubt } = await concludeRuns(gathered, this.#inspection, this.#reader, {
      reachedEnd: drain.complete,
      hasReceipts: services !== null,
      readStarts: (run) => [this.#inspection.startOf(run), this.#options.hops?.startOf(run) ?? null],
    });
    const runs = this.#reading === 'none' ? concluded.map(notRead) : concluded;
    const { queue, rules } = this.#options;
    const hops = (await this.#options.hops?.conclude(runs, drain.complete)) ?? null;
    const unseen = drain.complete && this.#seesAll ? runs.reduce((sum, run) => sum + run.unseen, 0) : 0;
    const ended: Ended = { runs, services, unseen, copies: doubt, drain, queueId, interrupted };
    const doubts = await this.#doubts(ended, hops);
    await recordRecreated(this.#options, doubts, this.#beginning.history.recreated);
    const result = conclude({
      runs,
      queue: queue.url,
      reading: this.#reading,
      repeatsDropped: queue.capabilities.deduplicates,
      inspection: this.#inspection,
      services,
      unprovenServices: await unprovenServices(this.#options.folders),
      hops,
      unseen,
      start: this.start,
      drain,
      queueId,
      liveTopicId: this.#beginning.live && this.queueId === queueId ? queueId : null,
      settling,
      gaps: await gapsOf(runs),
      doubts,
      rules,
    });
    return { ...result, missed: await this.#missed() };
  }

  async #doubts(ended: Ended, hops: HopsFound | null): Promise<Doubt[]> {
    const { from, history } = this.#beginning;
    const reading = { from, history, inspection: this.#inspection, reader: this.#reader };
    const doubts = await sessionDoubts(reading, ended);
    const ofHops = ended.drain.complete ? notInQueue(hops) : null;
    return ofHops === null ? doubts : [...doubts, ofHops];
  }

  async #missed(): Promise<Doubt | null> {
    if (this.#reader === null || this.#reading !== 'log') return null;
    return this.#reader.removedSince({ kind: 'positions', positions: this.start });
  }

  /** Whether this reading also finds messages that a service took. */
  get #seesAll(): boolean {
    return this.#reading === 'log' || this.#reading === 'tap';
  }

  async #drain(
    runs: readonly GatheredRun[],
  ): Promise<Omit<Settled, 'settling'> & { settling: Settling | null }> {
    if (this.#reader === null) {
      const drain = this.#reading === 'none' ? NOT_READ : { complete: true as const, ends: new Map() };
      return { drain, settling: null, interrupted: false };
    }
    const { settleMs, deadlineMs, signal, rules, onProgress } = this.#options;
    const { settled } = this.#beginning;
    const inspection = this.#inspection;
    const acked = runs.reduce((sum, { samples }) => sum + samples.acked, 0);
    const isNamed = runs.every(isIdentified);
    // Even if no message is missing, further messages can matter: a second copy violates --exactly-once, and a rejected
    // message that arrives is a phantom.
    const wantsQuiet = rules.exactlyOnce || runs.some(({ samples }) => samples.rejected > 0);
    const ticker = new ReadingTicker(this.#reader, inspection, onProgress);
    const read = await drainAndSettle(this.#reader, {
      settleMs: settled === null ? settleMs : 0,
      deadlineMs: performance.now() + deadlineMs,
      signal,
      unsettled: () => ({
        missing: isNamed ? inspection.missing : Math.max(0, acked - inspection.deliveries),
        wantsQuiet,
        seen: isNamed ? inspection.own : inspection.deliveries,
      }),
      onWaiting: ({ missing, leftMs }) => {
        ticker.stop();
        onProgress({ phase: 'settling', missing, leftMs, settleMs });
      },
    }).finally(() => ticker.stop());
    return settled === null ? read : { ...read, settling: settled };
  }

  /** Closes the reader, so that it gets no more messages. Then records how many messages the reader removed. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#reader?.close();
    if (this.#reading === 'consumed') await recordTaken(this.#options, (folder) => this.#takenOf(folder));
  }

  /**
   * Number of removed messages that may belong to the run. If messages carry no identity, every removed message may
   * belong to it.
   */
  #takenOf(folder: RunFolder): number {
    const record = readRun(folder);
    const isNameless = record !== null && !carriesIdentity(record.plan);
    const { deliveries, late } = this.#inspection;
    return (isNameless ? deliveries : this.#inspection.tallyOf(folder.id).deliveries) + late;
  }
}

const NOT_READ: Drain = {
  complete: false,
  reason:
    'the queue was not read, because reading would take the messages away from the observed service: which messages arrived is not known',
  ends: null,
};

function ofHops(hops: HopWatch, live: boolean): (identity: Identity, delivery: Delivery) => void {
  return (identity, delivery) => hops.addQueueArrival(identity, delivery, live);
}

async function gatherAll(options: VerifyOptions, inspection: Inspection): Promise<GatheredRun[]> {
  const gathered: GatheredRun[] = [];
  for (const folder of options.folders) {
    gathered.push(await gatherRun(options, folder, inspection.tallyOf(folder.id)));
  }
  return gathered;
}

function idsOf(queueId: string | null): string[] {
  return queueId === null ? [] : [queueId];
}
