import { FIRST_FRAME_CAPACITY_BYTES, MAX_FRAME_BYTES } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';

export const LENGTH_BYTES = 4;
/**
 * A full buffer grows by this factor. All copies to larger buffers then take less than a third of the frame's size.
 */
const GROWTH = 4;

export interface TakenFrame {
  /** A complete frame, without its length prefix. Undefined if the frame has not arrived completely. */
  readonly frame: Buffer | undefined;
  /** The part of the chunk after the frame. */
  readonly rest: Buffer;
}

/**
 * Splits the bytes of a connection into frames, each of which has its length before it. A frame that arrives in one
 * chunk is not copied. Any other frame is copied into one buffer, which grows with the bytes received, not with the
 * announced length.
 */
export class FrameBuffer {
  readonly #head = Buffer.alloc(LENGTH_BYTES);
  #headBytes = 0;
  #body = Buffer.alloc(0);
  #filledBytes = 0;

  get isInsideFrame(): boolean {
    return this.#headBytes > 0;
  }

  /** The announced length of the incomplete frame. */
  get frameBytes(): number {
    return this.#headBytes === LENGTH_BYTES ? readLength(this.#head) : 0;
  }

  get capacityBytes(): number {
    return this.#body.length;
  }

  /**
   * The size to which the caller must `grow` the buffer before the buffer can take more bytes. 0 if the buffer is large
   * enough.
   */
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

  /**
   * Takes bytes of the chunk, up to the end of a frame. Throws ProtocolError if the frame announces a length above the
   * limit.
   */
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
  if (length < 0 || length > MAX_FRAME_BYTES)
    throw new ProtocolError(
      `the client announced a request of ${length} bytes, but a request has 0 to ${MAX_FRAME_BYTES} bytes`,
    );
  return length;
}
