/** Bytes that may be held in memory, shared by all who hold some. */
export interface ByteBudget {
  /** False, and nothing taken, when the bound would be passed. */
  takeBytes(bytes: number): boolean;
  giveBytes(bytes: number): void;
}

const FIRST_BYTES = 1024;
/** A piece keeps the whole read of its socket in memory; one that is small beside it is copied out. */
const MAX_SLACK_BYTES = 4096;
const EMPTY = Buffer.alloc(0);

/**
 * The body of one request in one buffer, whose bytes are reserved before they are copied: a list of pieces of one
 * byte would take some hundred times the memory of its bytes.
 */
export class BodyBuffer {
  readonly #budget: ByteBudget;
  readonly #maxBytes: number;
  /** Of the Content-Length; null without one. */
  readonly #announced: number | null;
  #bytes: Buffer = EMPTY;
  #length = 0;

  constructor(budget: ByteBudget, maxBytes: number, announced: number | null) {
    this.#budget = budget;
    this.#maxBytes = maxBytes;
    this.#announced = announced;
  }

  /** When it does not return `added`, nothing was added. */
  add(piece: Buffer): 'added' | 'too-large' | 'no-budget' {
    const length = this.#length + piece.length;
    if (length > this.#maxBytes) return 'too-large';
    if (this.#length === 0 && piece.length === this.#announced) return this.#take(piece);
    if (length > this.#bytes.length && !this.#grow(length)) return 'no-budget';
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
    return 'added';
  }

  /** The whole body; as many bytes of the budget as it has go along with it. */
  end(): Buffer {
    const whole = this.#bytes;
    this.#bytes = EMPTY;
    if (whole.length === this.#length) return whole;
    const exact = copyOf(whole.subarray(0, this.#length));
    this.#budget.giveBytes(whole.length - exact.length);
    return exact;
  }

  /** Gives back what is held. */
  drop(): void {
    this.#budget.giveBytes(this.#bytes.length);
    this.#bytes = EMPTY;
    this.#length = 0;
  }

  /** The usual case: the whole body comes in one piece. */
  #take(piece: Buffer): 'added' | 'no-budget' {
    if (!this.#budget.takeBytes(piece.length)) return 'no-budget';
    const slack = piece.buffer.byteLength - piece.length;
    this.#bytes = slack > piece.length + MAX_SLACK_BYTES ? copyOf(piece) : piece;
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

/** In memory of its own: a pool's would be kept whole by each part of it. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
