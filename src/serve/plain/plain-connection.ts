import type { Socket } from 'node:net';
import { MAX_UNANSWERED } from '../../http/pipelining.ts';
import type { SendAnswer } from '../ingest/answer.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { answerText } from './answer-text.ts';
import type { PlainReader } from './plain-reader.ts';

export interface PlainConnectionOptions {
  readonly ingest: Ingest;
  readonly reader: PlainReader;
  /** Time after which an idle connection is closed. */
  readonly keepAliveMs: number;
  /** Maximum time from the opening of a connection to its first bytes. */
  readonly firstRequestMs: number;
  /** Refuses a connection with the error code that Node's parser has for this case. */
  readonly refuse: (socket: Socket, code: string) => void;
  /** Passes the connection to Node's HTTP server. */
  readonly handOver: (socket: Socket) => void;
  /** Called when the connection is closed or handed over. */
  readonly onEnd: (connection: PlainConnection) => void;
}

/** The place of one answer. Answers are sent in the order of the requests (RFC 9112, section 9.3.2). */
interface Slot {
  answer: SendAnswer | null;
}

/**
 * Some clients write head and body separately. The second part follows at once. If it does not, Node's HTTP server
 * takes the connection, with its time limits.
 */
const REST_WITHIN_MS = 50;

/**
 * Answers the plain requests of one connection. At the first bytes that are anything else, answers the requests before
 * them, and then passes the connection to Node's HTTP server for good.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #options: PlainConnectionOptions;
  /** One slot for each unanswered request, the oldest first. */
  readonly #slots: Slot[] = [];
  /** Bytes that were received but not read yet. They are taken from the memory budget. */
  #rest: Buffer | null = null;
  #restTimer: NodeJS.Timeout | undefined;
  /** Whether Node's HTTP server gets the connection, with the rest, after the last answer. */
  #isLeaving = false;
  /** Whether the connection ends after the answers to the requests so far. */
  #isEnding = false;
  #hasRequested = false;
  #flushIsDue = false;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', this.#onData).on('end', this.#onClientEnd).on('drain', this.#onDrain);
    socket.on('timeout', this.#onTimeout).on('error', ignore).on('close', this.#onClose);
    socket.setTimeout(options.firstRequestMs);
  }

  /** Makes the next answer say that the connection is closed after it. */
  announceEnd(): void {
    this.#isEnding = true;
  }

  endIfIdle(): void {
    if (this.#slots.length === 0 && this.#rest === null) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Whether the answer with "Connection: close" is sent or due. Ignore later requests (RFC 9112, section 9.6). */
  get #hasLastRequest(): boolean {
    return this.#socket.writableEnded || (this.#isEnding && this.#slots.length > 0);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#hasLastRequest) return;
    const begun = this.#takeRest();
    const bytes = begun === null ? chunk : Buffer.concat([begun, chunk]);
    const { end, next } = this.#submitAll(bytes);
    // The rest of a request must come with the next bytes, so that a connection keeps little in memory.
    const mayWait = next === 'incomplete' && (begun === null || end > 0);
    if (next === null) this.#noteRequest();
    else if (!mayWait || !this.#waitForRest(bytes.subarray(end))) this.#leave(bytes.subarray(end));
    if (this.#slots.length >= MAX_UNANSWERED) this.#socket.pause();
  };

  /** Submits all plain requests at the start of the bytes. Returns where they end, and what comes then. */
  #submitAll(bytes: Buffer): { end: number; next: 'incomplete' | 'unusual' | null } {
    const { ingest, reader } = this.#options;
    let end = 0;
    while (end < bytes.length && !this.#hasLastRequest) {
      const found = reader.read(bytes, end);
      if (found.kind !== 'request') return { end, next: found.kind };
      end = found.end;
      const slot: Slot = { answer: null };
      this.#slots.push(slot);
      ingest.submit(found.body, found.facts, (answer) => this.#answer(slot, answer));
    }
    return { end: bytes.length, next: null };
  }

  /** After the first request, the connection may be idle for longer. */
  #noteRequest(): void {
    if (this.#hasRequested) return;
    this.#hasRequested = true;
    this.#socket.setTimeout(this.#options.keepAliveMs);
  }

  /** Sends the answers of several requests with one write, because their outcomes arrive together. */
  #answer(slot: Slot, answer: SendAnswer): void {
    slot.answer = answer;
    if (this.#slots.length === 1) this.#flush();
    else if (!this.#flushIsDue) {
      this.#flushIsDue = true;
      process.nextTick(() => {
        this.#flushIsDue = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    const text = this.#takeAnswers();
    if (text === '' || this.#socket.destroyed) return;
    const hasRoom = this.#socket.write(text);
    const isAnswered = this.#slots.length === 0;
    if (isAnswered && this.#isLeaving) this.#handOver(this.#takeRest() ?? EMPTY);
    else if (isAnswered && this.#isEnding) this.#end();
    else this.#goOn(hasRoom);
  }

  #takeAnswers(): string {
    const keepAliveSeconds = this.#options.keepAliveMs / 1_000;
    let text = '';
    let answer = this.#slots[0]?.answer ?? null;
    while (answer !== null) {
      this.#slots.shift();
      const isLast = this.#isEnding && this.#slots.length === 0 && !this.#isLeaving;
      text += answerText(answer, isLast ? null : keepAliveSeconds);
      answer = this.#slots[0]?.answer ?? null;
    }
    return text;
  }

  /** Reads on, unless there are too many unanswered requests, or the client does not read its answers. */
  #goOn(hasRoom: boolean): void {
    if (this.#isLeaving) return;
    if (!hasRoom) this.#socket.pause();
    else if (this.#slots.length < MAX_UNANSWERED && this.#socket.isPaused()) this.#socket.resume();
  }

  readonly #onDrain = (): void => this.#goOn(true);

  /** Ends the connection, and throws away what still arrives. Unread bytes would make the system reset it. */
  #end(): void {
    this.#takeRest();
    this.#socket.end();
    this.#socket.resume();
  }

  /** Keeps the start of a request for a short time. Returns false if there is no memory for it. */
  #waitForRest(begun: Buffer): boolean {
    if (!this.#keep(begun)) return false;
    // Timers run before the system is asked for new bytes. So ask once more before the rest counts as late.
    this.#restTimer = setTimeout(() => setImmediate(this.#onLateRest, begun), REST_WITHIN_MS);
    return true;
  }

  readonly #onLateRest = (begun: Buffer): void => {
    if (this.#rest !== begun || this.#isLeaving) return;
    if (this.#socket.isPaused()) this.#restTimer?.refresh();
    else this.#leave(this.#takeRest() ?? EMPTY);
  };

  #leave(unread: Buffer): void {
    this.#socket.pause();
    if (this.#slots.length === 0) this.#handOver(unread);
    else if (this.#keep(unread)) this.#isLeaving = true;
    // No memory is left for the bytes. The last answer tells the client that they were not read.
    else this.#isEnding = true;
  }

  #keep(bytes: Buffer): boolean {
    if (!this.#options.ingest.budget.takeBytes(bytes.length)) return false;
    this.#rest = bytes;
    return true;
  }

  #takeRest(): Buffer | null {
    const rest = this.#rest;
    if (rest === null) return null;
    clearTimeout(this.#restTimer);
    this.#options.ingest.budget.giveBytes(rest.length);
    this.#rest = null;
    return rest;
  }

  #handOver(unread: Buffer): void {
    const { handOver, onEnd } = this.#options;
    const socket = this.#socket;
    socket.off('data', this.#onData).off('end', this.#onClientEnd).off('drain', this.#onDrain);
    socket.off('timeout', this.#onTimeout).off('error', ignore).off('close', this.#onClose);
    socket.setTimeout(0);
    onEnd(this);
    socket.unshift(unread);
    handOver(socket);
    socket.resume();
  }

  /** The client has closed its side of the connection, but still reads the answers. */
  readonly #onClientEnd = (): void => {
    const isWithinRequest = this.#takeRest() !== null;
    this.announceEnd();
    if (this.#slots.length > 0) return;
    if (isWithinRequest) this.#options.refuse(this.#socket, 'HPE_INVALID_EOF_STATE');
    else this.#socket.end();
  };

  readonly #onTimeout = (): void => {
    if (!this.#hasRequested) this.#options.refuse(this.#socket, 'ERR_HTTP_REQUEST_TIMEOUT');
    else if (this.#slots.length === 0) this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#takeRest();
    this.#options.onEnd(this);
  };
}

const EMPTY = Buffer.alloc(0);

function ignore(): void {}
