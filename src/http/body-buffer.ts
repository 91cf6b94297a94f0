/**
 * Limits the memory for the bytes of all requests together. Code that keeps such bytes must first reserve them here.
 */
export interface ByteBudget {
  /** Reserves bytes. Returns false and reserves no bytes if the reservation would exceed the limit. */
  takeBytes(bytes: number): boolean;
  giveBytes(bytes: number): void;
}

const FIRST_BYTES = 1024;
/**
 * Limit for unused memory. A received piece of a body keeps the whole buffer in memory into which Node read the
 * socket. If the unused part of the buffer is longer than the piece plus this limit, the piece is copied.
 */
const MAX_SLACK_BYTES = 4096;
const EMPTY = Buffer.alloc(0);

/**
 * Collects the body of one request in one buffer. Reserves bytes in the budget before it copies them. One buffer is
 * used, because a list of one-byte pieces would take several hundred times as much memory.
 */
export class BodyBuffer {
  readonly #budget: ByteBudget;
  readonly #maxBytes: number;
  /** Value of the Content-Length header. Null without that header. */
  readonly #announced: number | null;
  #bytes: Buffer = EMPTY;
  #length = 0;

  constructor(budget: ByteBudget, maxBytes: number, announced: number | null) {
    this.#budget = budget;
    this.#maxBytes = maxBytes;
    this.#announced = announced;
  }

  /** Adds a piece of the body, or returns the reason why the piece does not fit. */
  add(piece: Buffer): 'added' | 'too-large' | 'no-budget' {
    const length = this.#length + piece.length;
    if (length > this.#maxBytes) return 'too-large';
    if (this.#length === 0 && piece.length === this.#announced) return this.#take(piece);
    if (length > this.#bytes.length && !this.#grow(length)) return 'no-budget';
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
    return 'added';
  }

  /** Returns the whole body. The caller must later return the body's bytes to the budget. */
  end(): Buffer {
    const whole = this.#bytes;
    this.#bytes = EMPTY;
    if (whole.length === this.#length) return whole;
    const exact = copyOf(whole.subarray(0, this.#length));
    this.#budget.giveBytes(whole.length - exact.length);
    return exact;
  }

  /** Forgets the body and returns its bytes to the budget. */
  drop(): void {
    this.#budget.giveBytes(this.#bytes.length);
    this.#bytes = EMPTY;
    this.#length = 0;
  }

  /** Keeps a piece without a copy if possible, because a whole body usually arrives in one piece. */
  #take(piece: Buffer): 'added' | 'no-budget' {
    if (!this.#budget.takeBytes(piece.length)) return 'no-budget';
    this.#bytes = keepBytes(piece);
    this.#length = piece.length;
    return 'added';
  }

  #grow(least: number): boolean {
    const doubled = Math.max(least, this.#bytes.length * 2, FIRST_BYTES);
    const size = Math.min(doubled, Math.max(least, this.#announced ?? this.#maxBytes));
    if (!this.#budget.takeBytes(size - this.#bytes.length)) return false;
    const grown = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    return true;
  }
}

/** Returns the piece itself, or a copy if the piece would keep much unused memory in use. */
export function keepBytes(piece: Buffer): Buffer {
  const slack = piece.buffer.byteLength - piece.length;
  return slack > piece.length + MAX_SLACK_BYTES ? copyOf(piece) : piece;
}

/** Copies bytes into their own memory. A slice of Node's shared buffer pool would keep the whole pool in memory. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
