import type { Drain, Reader, StartingPoint } from '../queue/queue.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import { carriesIdentity, conclude, type GatheredRun } from './conclude.ts';
import { begunLate, type Earlier, madeAnew } from './doubt.ts';
import { Inspection } from './inspection.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { readSamples, readSamplesIfAny } from './samples.ts';
import { drainAndSettle } from './settle.ts';
import { Tally } from './tally.ts';

/** How far the clocks of sender and broker may differ where something is known by time alone. */
export const CLOCK_MARGIN_MS = 60_000;

export interface Beginning {
  readonly from: StartingPoint;
  readonly earlier: Earlier;
  readonly live: boolean;
}

/** A reading of the queue for some runs, from opening the reader to the conclusion. */
export class Session {
  readonly #options: VerifyOptions;
  readonly #inspection: Inspection;
  readonly #reader: Reader;
  readonly #earlier: Earlier;

  private constructor(options: VerifyOptions, inspection: Inspection, reader: Reader, earlier: Earlier) {
    this.#options = options;
    this.#inspection = inspection;
    this.#reader = reader;
    this.#earlier = earlier;
  }

  /**
   * @param beginning where to read from; `live` says that nothing has been sent yet
   * @throws QblError 'environment' when the queue cannot be read
   */
  static async open(options: VerifyOptions, { from, earlier, live }: Beginning): Promise<Session> {
    const { folders, queue } = options;
    const byId = new Map(folders.map((folder) => [folder.id, folder]));
    const known = (run: string) => {
      const folder = byId.get(run);
      return folder === undefined ? null : readRun(folder);
    };
    const inspection = new Inspection([...byId.keys()], known, live);
    const reader = await queue.openReader({
      from,
      name: `verify-${folders[0]?.id ?? ''}`,
      onDeliveries: (deliveries) => inspection.add(deliveries),
    });
    return new Session(options, inspection, reader, live ? { ...earlier, starts: reader.start } : earlier);
  }

  /** Where reading began. */
  get start(): Reader['start'] {
    return this.#reader.start;
  }

  /** Reads the samples, then the queue to its end, and judges. Call it when nothing is sent any more. */
  async conclude(): Promise<VerifyResult> {
    const runs: GatheredRun[] = [];
    for (const folder of this.#options.folders) runs.push(await this.#gather(folder));
    const drain = await this.#withoutDoubt(await this.#drain(runs), runs);
    const { queue, rules } = this.#options;
    return conclude({
      runs,
      queue: queue.url,
      inspection: this.#inspection,
      start: this.start,
      drain,
      rules,
    });
  }

  async #gather(folder: RunFolder): Promise<GatheredRun> {
    const { samplesFile, rejectedStatuses } = this.#options;
    const tally = this.#inspection.tallies.get(folder.id) ?? new Tally(folder.id);
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
    };
  }

  #drain(runs: readonly GatheredRun[]): Promise<Drain> {
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
  async #withoutDoubt(drain: Drain, runs: readonly GatheredRun[]): Promise<Drain> {
    if (!drain.complete) return drain;
    const { firstOwn, usedBefore, missing } = this.#inspection;
    const reason =
      madeAnew(this.#earlier, firstOwn, drain.ends) ??
      (usedBefore === null
        ? null
        : `the queue has messages of ${usedBefore} that are older than the run itself`) ??
      (missing === 0 ? null : await this.#removed(runs));
    return reason === null ? drain : { complete: false, reason, ends: drain.ends };
  }

  /** What retention took away, or what was not read, is no loss. Recorded positions are exact; a time is not. */
  async #removed(runs: readonly GatheredRun[]): Promise<string | null> {
    if (this.#earlier.starts !== null) {
      return begunLate(this.#earlier, this.start) ?? this.#reader.removedSince(null);
    }
    const firstStartMs = Math.min(...runs.map(({ samples }) => samples.firstStartMs));
    return this.#reader.removedSince(firstStartMs - CLOCK_MARGIN_MS);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
