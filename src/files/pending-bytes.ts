import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 128 * 1024;
/** A UTF-16 code unit needs at most three bytes in UTF-8. */
const MAX_BYTES_A_UNIT = 3;

interface Chunk {
  readonly bytes: Buffer;
  /** Number of bytes at the start that texts have filled. */
  used: number;
}

/**
 * Texts that wait until they are written to a file. They wait as UTF-8 in chunks of memory that are used again. Strings
 * would wait so long that V8 moves them to the memory of long-lived objects, which V8 seldom cleans.
 */
export class PendingBytes {
  /** The chunks before the last one, in order. */
  #full: Chunk[] = [];
  #last = newChunk(CHUNK_BYTES);
  #spare: Chunk | null = null;
  #length = 0;

  /** Number of bytes that wait. */
  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    const room = this.#last.bytes.length - this.#last.used;
    if (text.length * MAX_BYTES_A_UNIT > room) {
      // Counts the bytes only if the text may not fit.
      const needed = Buffer.byteLength(text);
      if (needed > room) this.#startChunk(needed);
    }
    const bytes = this.#last.bytes.write(text, this.#last.used);
    this.#last.used += bytes;
    this.#length += bytes;
  }

  /** Appends to the file all bytes that wait now. The caller must await the result before the next call. */
  async writeTo(file: FileHandle): Promise<void> {
    const chunks = this.#takeAll();
    for (const { bytes, used } of chunks) await file.writeFile(bytes.subarray(0, used));
    this.#spare = chunks.find(({ bytes }) => bytes.length === CHUNK_BYTES) ?? null;
  }

  clear(): void {
    this.#takeAll();
  }

  #takeAll(): readonly Chunk[] {
    const chunks = [...this.#full, this.#last];
    this.#full = [];
    this.#length = 0;
    this.#last = this.#freeChunk(CHUNK_BYTES);
    return chunks;
  }

  #startChunk(leastBytes: number): void {
    this.#full.push(this.#last);
    this.#last = this.#freeChunk(leastBytes);
  }

  #freeChunk(leastBytes: number): Chunk {
    const spare = this.#spare;
    if (spare === null || spare.bytes.length < leastBytes) return newChunk(Math.max(CHUNK_BYTES, leastBytes));
    this.#spare = null;
    spare.used = 0;
    return spare;
  }
}

function newChunk(bytes: number): Chunk {
  return { bytes: Buffer.allocUnsafeSlow(bytes), used: 0 };
}
