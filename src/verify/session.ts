import { QblError } from '../error.ts';
import type { Drain, Positions, Reader, StartingPoint } from '../queue/queue.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import type { ReadingKind } from '../runs/verify-json.ts';
import { type ConcludedRun, conclude, concludeRun, sumOf } from './conclude.ts';
import { doubtOf, type QueueNow, takenBefore } from './doubt.ts';
import type { Earlier } from './earlier.ts';
import { carriesIdentity, type GatheredRun } from './gathered.ts';
import { Inspection } from './inspection.ts';
import { knownRuns } from './known-runs.ts';
import { leaveEnds, leaveTaken, leaveTaking } from './notes.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { readSamples, readSamplesIfAny } from './samples.ts';
import { gatherServices, haveServices, type Services } from './services.ts';
import { drainAndSettle } from './settle.ts';

export interface Beginning {
  readonly from: StartingPoint;
  readonly earlier: Earlier;
  readonly live: boolean;
}

interface SessionParts {
  readonly options: VerifyOptions;
  readonly inspection: Inspection;
  /** Null: only receipts are read. */
  readonly reader: Reader | null;
  readonly reading: ReadingKind;
  readonly earlier: Earlier;
  /** When the reader was opened. */
  readonly queueId: string | null;
}

/** A reading of the queue for some runs, from opening the reader to the conclusion. */
export class Session {
  readonly #options: VerifyOptions;
  readonly #inspection: Inspection;
  readonly #reader: Reader | null;
  readonly #reading: ReadingKind;
  readonly #earlier: Earlier;
  readonly queueId: string | null;

  private constructor({ options, inspection, reader, reading, earlier, queueId }: SessionParts) {
    this.#options = options;
    this.#inspection = inspection;
    this.#reader = reader;
    this.#reading = reading;
    this.#earlier = earlier;
    this.queueId = queueId;
  }

  /**
   * @param beginning where to read from; `live` says that nothing has been sent yet
   * @throws QblError 'environment' when the queue cannot be read
   */
  static async open(options: VerifyOptions, { from, earlier, live }: Beginning): Promise<Session> {
    const { folders } = options;
    const ids = new Set(folders.map(({ id }) => id));
    const inspection = new Inspection([...ids], knownRuns(folders, live), live);
    const reading = await readingKind(options, from);
    const parts = { options, inspection, reading };
    if (reading === 'receipts') return new Session({ ...parts, reader: null, earlier, queueId: null });
    const reader = await openReader(options, from, reading, inspection);
    const queueId = await reader.queueId();
    const known = {
      ...earlier,
      starts: live ? reader.start : earlier.starts,
      queueIds: new Set([...earlier.queueIds, ...idsOf(queueId)]),
    };
    return new Session({ ...parts, reader, earlier: known, queueId });
  }

  /** Where reading began. */
  get start(): Positions {
    return this.#reader?.start ?? new Map();
  }

  /** Reads the samples, then the queue to its end, and judges. Call it when nothing is sent any more. */
  async conclude(): Promise<VerifyResult> {
    const gathered: GatheredRun[] = [];
    for (const folder of this.#options.folders) gathered.push(await this.#gather(folder));
    const drain = await this.#drain(gathered);
    const queueId = (await this.#reader?.queueId()) ?? null;
    await leaveEnds(this.#options, drain, queueId);
    const services = await gatherServices(this.#options.folders, gathered, !this.#seesAll);
    const runs = gathered.map((run) => concludeRun(run, this.#inspection));
    const { queue, rules } = this.#options;
    const unseen = drain.complete && this.#seesAll ? runs.reduce((sum, run) => sum + run.unseen, 0) : 0;
    return conclude({
      runs,
      queue: queue.url,
      reading: this.#reading,
      repeatsDropped: queue.capabilities.deduplicates,
      inspection: this.#inspection,
      services,
      unseen,
      reachedEnd: drain.complete,
      start: this.start,
      drain: await this.#withoutDoubt(drain, queueId, { runs, services, unseen }),
      rules,
    });
  }

  /** What a service took is not in a queue that gives each message out once. */
  get #seesAll(): boolean {
    return this.#reading === 'log' || this.#reading === 'tap';
  }

  async #gather(folder: RunFolder): Promise<GatheredRun> {
    const { samplesFile, rejectedStatuses } = this.#options;
    const tally = this.#inspection.tallyOf(folder.id);
    const record = readRun(folder);
    const plan = record?.plan ?? null;
    const file = samplesFile ?? runFiles(folder).samples;
    const read = samplesFile === null && record?.end === null ? readSamplesIfAny : readSamples;
    const samples = await read(file, folder.id, plan, rejectedStatuses, (identity, outcome) =>
      tally.addSample(identity, outcome),
    );
    return {
      run: folder.id,
      plan,
      tally,
      samples,
      samplesWritten: record?.end?.samples ?? null,
      // A samples file by itself is taken for whole, unless it shows that it is not.
      ended: record === null ? !samples.torn : record.end !== null,
      sentUntilMs: record?.end?.atMs ?? samples.lastEndMs,
    };
  }

  async #drain(runs: readonly GatheredRun[]): Promise<Drain> {
    if (this.#reader === null) return { complete: true, ends: new Map() };
    const { settleMs, deadlineMs, signal } = this.#options;
    const inspection = this.#inspection;
    const acked = runs.reduce((sum, { samples }) => sum + samples.acked, 0);
    const missing = runs.every(carriesIdentity)
      ? () => inspection.missing
      : () => Math.max(0, acked - inspection.deliveries);
    return drainAndSettle(this.#reader, {
      settleMs,
      deadlineMs: performance.now() + deadlineMs,
      signal,
      missing,
    });
  }

  /** Even a queue that was read to its end may have held more before. */
  async #withoutDoubt(drain: Drain, queueId: string | null, told: Told): Promise<Drain> {
    if (!drain.complete) return drain;
    const reason = (await this.#doubt({ ends: drain.ends, queueId }, told)) ?? contradiction(told.unseen);
    return reason === null ? drain : { complete: false, reason, ends: drain.ends };
  }

  async #doubt(now: QueueNow, { runs, services }: Told): Promise<string | null> {
    const { rules } = this.#options;
    const earlier = this.#earlier;
    const reader = this.#reader;
    if (reader === null) {
      if (services === null) return 'there are no receipts';
      return services.unfinished ?? takenBefore(earlier, runs, rules);
    }
    const doubt = await doubtOf({ earlier, inspection: this.#inspection, reader }, now, runs, rules);
    return doubt ?? (services === null ? await this.#doubtOfCopies(reader, runs) : null);
  }

  /** A service's receipts tell what the queue itself gave out; what is lost already needs no doubt. */
  async #doubtOfCopies(reader: Reader, runs: readonly ConcludedRun[]): Promise<string | null> {
    const { acked, lost } = sumOf(runs);
    return lost > 0 ? null : ((await reader.missingFromQueue?.(acked)) ?? null);
  }

  /** What was taken counts once the queue gives this reader no more. */
  async close(): Promise<void> {
    await this.#reader?.close();
    if (this.#reading === 'consumed') await leaveTaken(this.#options, (folder) => this.#takenOf(folder));
  }

  /** Without identity whatever was taken may have been of the run. */
  #takenOf(folder: RunFolder): number {
    const isNameless = readRun(folder)?.plan.identity === false;
    return isNameless ? this.#inspection.deliveries : this.#inspection.tallyOf(folder.id).deliveries;
  }
}

/** What the runs and their services tell. */
interface Told {
  readonly runs: readonly ConcludedRun[];
  readonly services: Services | null;
  readonly unseen: number;
}

async function openReader(
  options: VerifyOptions,
  from: StartingPoint,
  reading: ReadingKind,
  inspection: Inspection,
): Promise<Reader> {
  const { folders, queue, consume } = options;
  const takes = reading === 'consumed' && consume;
  if (takes) await leaveTaking(options);
  try {
    return await queue.openReader({
      from,
      consume,
      name: `verify-${folders[0]?.id ?? ''}`,
      onDeliveries: (deliveries) => inspection.add(deliveries),
    });
  } catch (error) {
    if (takes) await leaveTaken(options, () => 0);
    throw error;
  }
}

function idsOf(queueId: string | null): string[] {
  return queueId === null ? [] : [queueId];
}

function contradiction(unseen: number): string | null {
  return unseen === 0
    ? null
    : `the service has receipts of ${unseen} messages that reading to the end of the queue did not find`;
}

/** @throws QblError 'usage' when the rules ask for what receipts cannot tell */
async function readingKind(
  { queue, folders, consume, rules }: VerifyOptions,
  from: StartingPoint,
): Promise<ReadingKind> {
  const { tap, replay } = queue.capabilities;
  if (replay) return 'log';
  if (tap && from.kind === 'end') return 'tap';
  if (consume || !(await haveServices(folders))) return 'consumed';
  if (!rules.ordered) return 'receipts';
  throw new QblError('usage', '--ordered: the receipts of a service do not tell the order of the queue');
}
