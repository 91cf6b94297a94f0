import { FIRST_FRAME_CAPACITY_BYTES, MAX_FRAME_BYTES } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';

export const LENGTH_BYTES = 4;
/** How much larger a buffer gets when it is full, so that all copies together stay below a third of the frame. */
const GROWTH = 4;

export interface TakenFrame {
  /** A whole frame, without its length. */
  readonly frame: Buffer | undefined;
  /** What of the chunk has not been taken yet. */
  readonly rest: Buffer;
}

/**
 * Cuts the bytes of a connection into frames, each behind its length. A frame that comes in one chunk is not copied;
 * any other is copied as it comes into one buffer, which grows with what has come and not with what was announced.
 */
export class FrameBuffer {
  readonly #head = Buffer.alloc(LENGTH_BYTES);
  #headBytes = 0;
  #body = Buffer.alloc(0);
  #filledBytes = 0;

  get isInsideFrame(): boolean {
    return this.#headBytes > 0;
  }

  /** The announced length of the frame under way. */
  get frameBytes(): number {
    return this.#headBytes === LENGTH_BYTES ? readLength(this.#head) : 0;
  }

  get capacityBytes(): number {
    return this.#body.length;
  }

  /** How large the buffer has to be, by `grow`, before more can be taken; 0 when nothing is to be done. */
  get wantedBytes(): number {
    const { frameBytes } = this;
    if (frameBytes === 0 || this.#filledBytes < this.#body.length || this.#body.length === frameBytes)
      return 0;
    return Math.min(frameBytes, Math.max(FIRST_FRAME_CAPACITY_BYTES, GROWTH * this.#body.length));
  }

  grow(capacityBytes: number): void {
    const larger = Buffer.allocUnsafeSlow(capacityBytes);
    this.#body.copy(larger);
    this.#body = larger;
  }

  /** Takes as much as it can; ProtocolError for a length past the bound. */
  take(chunk: Buffer): TakenFrame {
    if (this.#headBytes === 0 && chunk.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + readLength(chunk);
      if (chunk.length >= end) return { frame: chunk.subarray(LENGTH_BYTES, end), rest: chunk.subarray(end) };
    }
    return this.#headBytes < LENGTH_BYTES ? this.#takeHead(chunk) : this.#takeBody(chunk);
  }

  #takeHead(chunk: Buffer): TakenFrame {
    const copied = chunk.copy(this.#head, this.#headBytes);
    this.#headBytes += copied;
    const rest = chunk.subarray(copied);
    if (this.#headBytes === LENGTH_BYTES && this.frameBytes === 0) return { frame: this.#finish(), rest };
    return { frame: undefined, rest };
  }

  #takeBody(chunk: Buffer): TakenFrame {
    const copied = chunk.copy(this.#body, this.#filledBytes);
    this.#filledBytes += copied;
    const rest = chunk.subarray(copied);
    const isWhole = this.#filledBytes === this.frameBytes;
    return { frame: isWhole ? this.#finish() : undefined, rest };
  }

  #finish(): Buffer {
    const frame = this.#body;
    this.#headBytes = 0;
    this.#filledBytes = 0;
    this.#body = Buffer.alloc(0);
    return frame;
  }
}

function readLength(buffer: Buffer): number {
  const length = buffer.readInt32BE(0);
  if (length < 0 || length > MAX_FRAME_BYTES) throw new ProtocolError(`a request of ${length} bytes`);
  return length;
}
