/** Maximum number of header bytes to hold back. Longer heads go to the parser without a check. */
const MAX_HELD_BYTES = 64 * 1024;
const LINE_END = 0x0a;
const HEAD_END = '\r\n\r\n';
/** Position of the status in `HTTP/1.1 100`. */
const STATUS_AT = 'HTTP/1.1 '.length;
const NOTHING = Buffer.alloc(0);

/**
 * Holds back the bytes that a socket reads until the status line of a response is complete. If a reason
 * phrase arrives in pieces, undici keeps only the last piece. But a 503 with the reason phrase `Not Enqueued`
 * is a definite rejection, so the phrase must be whole. The gate also drops `100 Continue`. A server can send
 * it unrequested (RFC 9110, section 15.2.1), and undici then fails.
 */
export class HeadGate {
  #isOpen = false;
  #held: Buffer = NOTHING;

  /** Replaces the socket's `read` function, so that it returns only the bytes that the gate passes on. */
  constructor(socket: { read(size?: number): Buffer | null }) {
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const chunk = read(size);
      return chunk === null || this.#isOpen ? chunk : this.#pass(chunk);
    };
  }

  /** Starts to hold back bytes again. Call this before the next response. */
  close(): void {
    this.#isOpen = false;
    this.#held = NOTHING;
  }

  #pass(chunk: Buffer): Buffer | null {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const { from, to, isFinal } = wholeHeads(bytes);
    this.#isOpen = isFinal || bytes.length - to > MAX_HELD_BYTES;
    if (this.#isOpen) return bytes.subarray(from);
    this.#held = bytes.subarray(to);
    return from === to ? null : bytes.subarray(from, to);
  }
}

/**
 * Finds the bytes to pass on. They start after the last leading `100 Continue`. If the status line of the final response
 * is complete, all other bytes pass. Otherwise they end after the last complete head of an interim response.
 */
function wholeHeads(bytes: Buffer): { from: number; to: number; isFinal: boolean } {
  let from = 0;
  let to = 0;
  while (bytes.indexOf(LINE_END, to) >= 0) {
    const status = bytes.toString('latin1', to + STATUS_AT, to + STATUS_AT + 3);
    if (!isInterim(status)) return { from, to, isFinal: true };
    const end = bytes.indexOf(HEAD_END, to);
    if (end < 0) break;
    const next = end + HEAD_END.length;
    if (status === '100' && from === to) from = next;
    to = next;
  }
  return { from, to, isFinal: false };
}

/** Status 101 switches protocols, so it is not interim. qbl never asks a server for it. */
function isInterim(status: string): boolean {
  return /^1\d\d$/.test(status) && status !== '101';
}
