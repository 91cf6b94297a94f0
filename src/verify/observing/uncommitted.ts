/**
 * Messages that arrive within this time share one arrival time. Their measured waits are then too long by up
 * to this time.
 */
const SAME_TIME_MS = 10;
const SPANS_PER_CHUNK = 4_096;

/** Stores ranges of successive offsets that arrived at about the same time. Each range takes 16 bytes. */
class Chunk {
  readonly firsts = new Float64Array(SPANS_PER_CHUNK);
  readonly lengths = new Uint32Array(SPANS_PER_CHUNK);
  /** Arrival times in milliseconds since the origin. 2^32 ms are 49 days. */
  readonly timesMs = new Uint32Array(SPANS_PER_CHUNK);
  /** Index of the first range that is not committed. `size` is the number of all ranges. */
  head = 0;
  size = 0;
}

/**
 * The messages of one partition that arrived and are not committed, with their arrival times. A range of successive
 * offsets takes 16 bytes. If only one run sends to the topic, most offsets are successive, so little memory is
 * needed. In the worst case, each message takes 16 bytes.
 */
export class UncommittedMessages {
  readonly #originMs: number;
  readonly #chunks: Chunk[] = [];
  #count = 0;
  #end = 0;

  /**
   * Creates an empty list.
   * @param originMs a time in epoch milliseconds before which no message arrives
   */
  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  get count(): number {
    return this.#count;
  }

  /** The offset after the last message that arrived. */
  get end(): number {
    return this.#end;
  }

  /** Arrival time of the oldest message. Null if every message is committed. */
  get oldestMs(): number | null {
    const [chunk] = this.#chunks;
    return chunk === undefined ? null : this.#originMs + (chunk.timesMs[chunk.head] ?? 0);
  }

  /** Adds an offset. Offsets must ascend. Ignores an offset that was added before, and returns false. */
  add(offset: number, arrivedAtMs: number): boolean {
    if (offset < this.#end) return false;
    const timeMs = Math.max(0, Math.floor(arrivedAtMs - this.#originMs));
    const last = this.#chunks.at(-1);
    if (last !== undefined && offset === this.#end && isSameTime(last, timeMs)) {
      last.lengths[last.size - 1] = (last.lengths[last.size - 1] ?? 0) + 1;
    } else this.#begin(offset, timeMs);
    this.#end = offset + 1;
    this.#count++;
    return true;
  }

  /** Removes the messages before the offset, and reports how many of them arrived at which time. */
  commit(before: number, onCommitted: (count: number, arrivedAtMs: number) => void): void {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      while (chunk.head < chunk.size) {
        const first = chunk.firsts[chunk.head] ?? 0;
        const length = chunk.lengths[chunk.head] ?? 0;
        const committed = Math.min(length, before - first);
        if (committed <= 0) return;
        onCommitted(committed, this.#originMs + (chunk.timesMs[chunk.head] ?? 0));
        this.#count -= committed;
        if (committed < length) {
          chunk.firsts[chunk.head] = first + committed;
          chunk.lengths[chunk.head] = length - committed;
          return;
        }
        chunk.head++;
      }
      this.#chunks.shift();
    }
  }

  #begin(offset: number, timeMs: number): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.size === SPANS_PER_CHUNK) {
      chunk = new Chunk();
      this.#chunks.push(chunk);
    }
    chunk.firsts[chunk.size] = offset;
    chunk.lengths[chunk.size] = 1;
    chunk.timesMs[chunk.size] = timeMs;
    chunk.size++;
  }
}

function isSameTime({ timesMs, size }: Chunk, timeMs: number): boolean {
  return timeMs - (timesMs[size - 1] ?? 0) < SAME_TIME_MS;
}
