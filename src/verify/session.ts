import type { Reader, StartingPoint } from '../queue/queue.ts';
import { runFiles } from '../runs/run-folder.ts';
import { readRun } from '../runs/run-json.ts';
import { conclude } from './conclude.ts';
import { Inspection } from './inspection.ts';
import type { VerifyOptions } from './options.ts';
import type { VerifyResult } from './result.ts';
import { readSamples } from './samples.ts';
import { drainAndSettle } from './settle.ts';

/** A reading of the queue for one run, from opening the reader to the conclusion. */
export class Session {
  readonly #options: VerifyOptions;
  readonly #inspection: Inspection;
  readonly #reader: Reader;

  private constructor(options: VerifyOptions, inspection: Inspection, reader: Reader) {
    this.#options = options;
    this.#inspection = inspection;
    this.#reader = reader;
  }

  /** @param live whether the run has not sent anything yet */
  static async open(options: VerifyOptions, from: StartingPoint, live: boolean): Promise<Session> {
    const { folder, queue, onProgress, log } = options;
    const inspection = new Inspection(folder.id, () => readRun(folder)?.plan ?? null, live);
    const reader = await queue.openReader({
      from,
      name: `verify-${folder.id}`,
      log,
      onDeliveries: (deliveries) => {
        inspection.add(deliveries);
        onProgress(inspection.deliveries);
      },
    });
    return new Session(options, inspection, reader);
  }

  /** Where reading began. */
  get start(): Reader['start'] {
    return this.#reader.start;
  }

  /** Reads the samples, then the queue to its end, and judges. Call it when nothing is sent any more. */
  async conclude(): Promise<VerifyResult> {
    const { folder, queue, rules, rejectedStatuses, settleMs, signal } = this.#options;
    const { tally } = this.#inspection;
    const record = readRun(folder);
    const plan = record?.plan ?? null;
    const file = this.#options.samplesFile ?? runFiles(folder).samples;
    const samples = await readSamples(file, folder.id, plan, rejectedStatuses, (identity, outcome) =>
      tally.addSample(identity, outcome),
    );
    const deadlineMs = performance.now() + this.#options.deadlineMs;
    const drain = await drainAndSettle(this.#reader, {
      settleMs,
      deadlineMs,
      signal,
      missing: () => tally.missing,
    });
    return conclude({
      run: folder.id,
      queue: queue.url,
      plan,
      inspection: this.#inspection,
      samples,
      samplesWritten: record?.end?.samples ?? null,
      // A samples file by itself is taken for whole, unless it shows that it is not.
      ended: record === null ? !samples.torn : record.end !== null,
      start: this.start,
      drain,
      rules,
    });
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
