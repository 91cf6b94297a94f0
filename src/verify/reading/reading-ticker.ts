import type { VerifyProgress } from '../../process/messages.ts';
import type { Reader } from '../../queue/reader.ts';
import type { Inspection } from './inspection.ts';

const EVERY_MS = 250;

/** Reports the progress of a reading at regular times, until it is stopped. */
export class ReadingTicker {
  readonly #timer: NodeJS.Timeout;

  constructor(
    reader: Pick<Reader, 'progress'>,
    inspection: Pick<Inspection, 'deliveries'>,
    onProgress: (progress: VerifyProgress) => void,
  ) {
    this.#timer = setInterval(() => {
      const state = reader.progress?.() ?? { done: inspection.deliveries, total: null, obstacle: null };
      onProgress({ phase: 'reading', ...state });
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
