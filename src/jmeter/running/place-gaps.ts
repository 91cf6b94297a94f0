import type { MessagePlace } from '../../samples/jtl/message-place.ts';

interface Numbers {
  readonly count: number;
  readonly highest: number;
}

/**
 * Finds messages without a row. The messages of a thread are numbered from 1, so a number without a row is the number of
 * such a message. A missing row at the end of a thread leaves no gap.
 */
export class PlaceGaps {
  readonly #threads = new Map<string, Numbers>();

  add({ group, thread, loop }: MessagePlace): void {
    const name = `${group}-${thread}`;
    const { count, highest } = this.#threads.get(name) ?? { count: 0, highest: 0 };
    this.#threads.set(name, { count: count + 1, highest: Math.max(highest, loop) });
  }

  /** The group and the number of a thread with a gap. Null if there is none. */
  get threadWithGap(): string | null {
    for (const [name, { count, highest }] of this.#threads) if (count !== highest) return name;
    return null;
  }
}
