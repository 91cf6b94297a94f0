/** A head that has not ended after this many bytes goes to the parser as it is. */
const MAX_HELD_BYTES = 64 * 1024;
const LINE_END = 0x0a;
const HEAD_END = '\r\n\r\n';
/** In `HTTP/1.1 100`, where the status begins. */
const STATUS_AT = 'HTTP/1.1 '.length;
const NOTHING = Buffer.alloc(0);

/**
 * Holds back what a socket reads until the status line of a response is whole. undici keeps only the last piece of a
 * reason phrase that came in pieces, and `Not Enqueued` is the word by which a 503 is a definite no.
 * It also drops `100 Continue`, which a server may send unasked (RFC 9110, 15.2.1) and undici fails at.
 */
export class HeadGate {
  #isOpen = false;
  #held: Buffer = NOTHING;

  /** The reader of the socket sees only what the gate lets through. */
  constructor(socket: { read(size?: number): Buffer | null }) {
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const chunk = read(size);
      return chunk === null || this.#isOpen ? chunk : this.#pass(chunk);
    };
  }

  /** A response is to come. */
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
 * Which bytes may go on: from behind the last `100 Continue` to the end of the last whole head of an interim
 * response, and the rest where the status line of the final response is whole.
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

/** A 101 switches protocols, which no request of ours asks for. */
function isInterim(status: string): boolean {
  return /^1\d\d$/.test(status) && status !== '101';
}
