import { MAX_FRAME_BYTES } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';

export const LENGTH_BYTES = 4;

/** Cuts the bytes of a connection into frames, each behind its length. Holds what has come and no more. */
export class Frames {
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  /** How many bytes it takes until something can be said. */
  #neededBytes = LENGTH_BYTES;

  get isInsideFrame(): boolean {
    return this.#heldBytes > 0;
  }

  /** The frames that this chunk completes, without their lengths; ProtocolError for a length past the bound. */
  *push(chunk: Buffer): Generator<Buffer, void> {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    while (this.#heldBytes >= this.#neededBytes) {
      const held = this.#merge();
      const length = readLength(held);
      const end = LENGTH_BYTES + length;
      if (held.length < end) {
        this.#neededBytes = end;
        return;
      }
      this.#keep(held.subarray(end));
      yield held.subarray(LENGTH_BYTES, end);
    }
  }

  #merge(): Buffer {
    const [only, ...others] = this.#chunks;
    const merged = only && others.length === 0 ? only : Buffer.concat(this.#chunks);
    this.#chunks = [merged];
    return merged;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#heldBytes = rest.length;
    this.#neededBytes = LENGTH_BYTES;
  }
}

function readLength(buffer: Buffer): number {
  const length = buffer.readInt32BE(0);
  if (length < 0 || length > MAX_FRAME_BYTES) throw new ProtocolError(`a request of ${length} bytes`);
  return length;
}
