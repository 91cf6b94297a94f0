import { QblError } from '../../error.ts';
import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Drain, Reader, StartingPoint } from '../../queue/reader.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { type QueueHistory, readHistory } from '../history/read-history.ts';
import { recordEnds } from '../history/write-history.ts';
import type { HopToRead, QueueReading } from '../hop-watch.ts';
import { doubtsOf } from '../judging/doubt.ts';
import type { HopInspection } from './hop-inspection.ts';

export interface HopReadingOptions {
  readonly folders: readonly RunFolder[];
  /** True if the hop was opened before anything was sent. */
  readonly live: boolean;
  /** Called with the reason if facts for later verifications could not be written. */
  readonly onUnnoted: (reason: string) => void;
}

interface Opened {
  readonly from: StartingPoint;
  readonly reader: Reader;
  readonly history: QueueHistory;
  /** The ID that the queue reported when the reader was opened. */
  readonly queueId: string | null;
  readonly lastingName: string | null;
}

/** The reading of one hop, a queue to which the user's service writes. */
export class HopReading {
  readonly hop: HopToRead;
  readonly inspection: HopInspection;
  readonly #options: HopReadingOptions;
  readonly #opened: Opened | string;

  private constructor(
    hop: HopToRead,
    inspection: HopInspection,
    options: HopReadingOptions,
    opened: Opened | string,
  ) {
    this.hop = hop;
    this.inspection = inspection;
    this.#options = options;
    this.#opened = opened;
  }

  /**
   * Opens the reader. After the run, a hop that cannot be read leaves the verdict unknown.
   * @throws QblError before the run, if the hop cannot be read
   */
  static async open(
    hop: HopToRead,
    inspection: HopInspection,
    options: HopReadingOptions,
  ): Promise<HopReading> {
    const opening = opened(hop, inspection, options);
    const result = options.live ? await opening : await opening.catch(reasonOf);
    return new HopReading(hop, inspection, options, result);
  }

  /** What a later verification needs to know about the start of the run. Null if the hop is not open. */
  get start() {
    if (typeof this.#opened === 'string') return null;
    const { reader, queueId, lastingName } = this.#opened;
    return { queue: this.hop.queue.url, start: reader.start, queueId, lastingName };
  }

  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    if (typeof this.#opened !== 'string') return this.#opened.reader.drain(deadlineMs, signal);
    return { complete: false, reason: this.#opened, ends: null };
  }

  /** Says why the hop was not read to its end. Empty if it was read to its end, or not read at all. */
  undrained(drain: Drain | undefined): string[] {
    if (drain === undefined || drain.complete) return [];
    return [`hop "${this.hop.name}" was not read to its end: ${drain.reason}`];
  }

  /** Returns reasons why a hop that was read to its end may have had more messages. */
  async doubts(drain: Drain, runs: readonly QueueReading[]): Promise<Doubt[]> {
    if (typeof this.#opened === 'string' || !drain.complete) return [];
    const { from, reader, history } = this.#opened;
    const { folders, onUnnoted } = this.#options;
    const queueId = await reader.queueId();
    await recordEnds({ folders, queue: this.hop.queue, samplesFile: null, onUnnoted }, drain, queueId);
    const reading = { from, history, inspection: this.inspection, reader };
    const doubts = await doubtsOf(reading, { ends: drain.ends, queueId }, runs);
    const copies = await this.#doubtOfCopies(reader);
    return [...doubts, ...(copies === null ? [] : [copies])];
  }

  async close(): Promise<void> {
    if (typeof this.#opened !== 'string') await this.#opened.reader.close();
  }

  /**
   * Reports that only copies of the messages were read. A copy proves that the exchange routed a message, but
   * not that the hop itself stored it.
   */
  async #doubtOfCopies(reader: Reader): Promise<Doubt | null> {
    if (reader.stored === undefined) return null;
    const copies = this.inspection.deliveries;
    const stored = await reader.stored(copies);
    const { text } = stored;
    // A service may also write to the queue of the hop without the exchange. The tap (qbl's own queue at the
    // exchange) then gets no copy.
    if (stored.kind === 'hidden') return { kind: 'queue-not-seen', text, prevents: 'absence' };
    if (stored.kind === 'counted' && stored.messages === copies) return null;
    const routed = `qbl got ${plural(copies, 'copy', 'copies')} from the exchange`;
    return { kind: 'queue-lacks-messages', text: `${text}, but ${routed}`, prevents: 'always' };
  }
}

async function opened(
  { queue }: HopToRead,
  inspection: HopInspection,
  { folders, live }: HopReadingOptions,
): Promise<Opened> {
  // No verification takes messages out of a hop. So the messages that were taken out of the first queue do not count
  // here.
  const history = { ...(await readHistory({ folders, queue })), taken: 0 };
  const { starts } = history;
  const before: StartingPoint =
    starts === null ? { kind: 'beginning' } : { kind: 'positions', positions: starts };
  const from: StartingPoint = live ? { kind: 'end' } : before;
  const reader = await queue.openReader({
    from,
    consume: false,
    name: `verify-${folders[0]?.id ?? ''}-hop`,
    onDeliveries: (deliveries) => inspection.add(deliveries),
  });
  const queueId = await reader.queueId();
  const queueIds = new Set([...history.queueIds, ...(queueId === null ? [] : [queueId])]);
  const lastingName = live ? ((await queue.lastingName?.()) ?? null) : null;
  return {
    from,
    reader,
    queueId,
    lastingName,
    history: { ...history, queueIds, starts: live ? reader.start : starts },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof QblError) return error.message;
  throw error;
}
