/** Maximum number of header bytes to hold back. Longer heads go to the parser without a check. */
const MAX_HELD_BYTES = 64 * 1024;
const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;
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
    const { heads, to, isFinal } = wholeHeads(bytes);
    this.#isOpen = isFinal || bytes.length - to > MAX_HELD_BYTES;
    const rest = bytes.subarray(to);
    if (!this.#isOpen) this.#held = rest;
    const passed = this.#isOpen ? [...heads, rest] : heads;
    return passed.length === 0 ? null : Buffer.concat(passed);
  }
}

/**
 * Returns the heads of the complete interim responses at the start of the bytes, except for `100 Continue`. The rest of
 * the bytes starts at `to`. The rest is the final response if its status line is complete, or else the start of a head.
 */
function wholeHeads(bytes: Buffer): { heads: Buffer[]; to: number; isFinal: boolean } {
  const heads: Buffer[] = [];
  let to = startOfHead(bytes, 0);
  while (bytes.indexOf(LINE_END, to) >= 0) {
    const status = bytes.toString('latin1', to + STATUS_AT, to + STATUS_AT + 3);
    if (!isInterim(status)) return { heads, to, isFinal: true };
    const end = bytes.indexOf(HEAD_END, to);
    if (end < 0) break;
    const next = end + HEAD_END.length;
    if (status !== '100') heads.push(bytes.subarray(to, next));
    to = startOfHead(bytes, next);
  }
  return { heads, to, isFinal: false };
}

/**
 * Some servers write an empty line before a response. undici's parser skips that line, so the status line comes after
 * it.
 */
function startOfHead(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === CARRIAGE_RETURN || bytes[at] === LINE_END) at++;
  return at;
}

/** Status 101 switches protocols, so it is not interim. qbl never asks a server to switch protocols. */
function isInterim(status: string): boolean {
  return /^1\d\d$/.test(status) && status !== '101';
}
