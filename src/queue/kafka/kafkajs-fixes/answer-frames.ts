const LENGTH_BYTES = 4;
/** Length of the shortest answer, which has only a correlation id. */
const MIN_ANSWER_BYTES = 4;
/**
 * Maximum size of one answer. A broker accepts no request above socket.request.max.bytes (100 MiB by default), so no
 * batch is larger. Another 100 MiB are for the other partitions in the answer to a Fetch.
 */
export const MAX_KAFKA_ANSWER_BYTES = 200 * 1024 * 1024;
/**
 * Maximum memory that is allocated at once for an announced length. A larger buffer grows only with the bytes that
 * arrive.
 */
const TRUSTED_BYTES = 16 * 1024 * 1024;

/**
 * Splits the bytes of a connection into answers. Kafka puts a signed 32-bit length before each answer
 * (https://kafka.apache.org/protocol, "Common Request and Response Structure").
 */
export class AnswerFrames {
  /** The bytes of the incomplete answer so far, including its length prefix. */
  #begun: Buffer = Buffer.alloc(0);
  #have = 0;

  /**
   * Returns the answers that end within this chunk, each with its length prefix.
   * @throws RangeError for an impossible length, because nothing after such a length can be read
   */
  *push(chunk: Buffer): Generator<Buffer> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#have === 0) {
        const whole = wholeFrame(rest);
        if (whole !== null) {
          rest = rest.subarray(whole.length);
          yield whole;
          continue;
        }
      }
      const taken = this.#take(rest);
      rest = rest.subarray(taken);
      if (this.#have < LENGTH_BYTES || this.#have < frameBytes(this.#begun)) continue;
      const frame = this.#begun.subarray(0, this.#have);
      this.#begun = Buffer.alloc(0);
      this.#have = 0;
      yield frame;
    }
  }

  /** Copies bytes of the chunk that belong to the incomplete answer. Returns their number. */
  #take(chunk: Buffer): number {
    const wanted = this.#have < LENGTH_BYTES ? LENGTH_BYTES : frameBytes(this.#begun);
    const taken = Math.min(wanted - this.#have, chunk.length);
    this.#reserve(this.#have + taken, wanted);
    chunk.copy(this.#begun, this.#have, 0, taken);
    this.#have += taken;
    return taken;
  }

  /** Makes room in the buffer by doubling it, so that an answer in many small chunks needs few copies. */
  #reserve(needed: number, wanted: number): void {
    if (needed <= this.#begun.length) return;
    const size = Math.min(wanted, Math.max(needed, 2 * this.#begun.length, TRUSTED_BYTES));
    const grown = Buffer.allocUnsafe(size);
    this.#begun.copy(grown, 0, 0, this.#have);
    this.#begun = grown;
  }
}

/** Returns the bytes of the first answer. Null if that answer is incomplete. */
function wholeFrame(bytes: Buffer): Buffer | null {
  if (bytes.length < LENGTH_BYTES) return null;
  const length = frameBytes(bytes);
  return bytes.length < length ? null : bytes.subarray(0, length);
}

function frameBytes(frame: Buffer): number {
  const length = frame.readInt32BE(0);
  if (length < MIN_ANSWER_BYTES || length > MAX_KAFKA_ANSWER_BYTES) {
    throw new RangeError(`the answer has an impossible length of ${length} bytes`);
  }
  return LENGTH_BYTES + length;
}
