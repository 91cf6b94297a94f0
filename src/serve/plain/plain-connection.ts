import type { Socket } from 'node:net';
import { keepBytes } from '../../http/body-buffer.ts';
import { LINGER_MS } from '../../http/last-answer.ts';
import { MAX_UNANSWERED } from '../../http/pipelining.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { DueAnswers } from './due-answers.ts';
import type { PlainReader } from './plain-reader.ts';
import { KEEP_ALIVE_MARGIN_MS, REST_WITHIN_MS } from './waiting-times.ts';

export interface PlainConnectionOptions {
  readonly ingest: Ingest;
  readonly reader: PlainReader;
  /** Time after which an idle connection is closed. The answers announce this time to the client. */
  readonly keepAliveMs: number;
  /** Maximum time from the opening of a connection to its first bytes. */
  readonly firstRequestMs: number;
  /** Refuses a connection with the error code that Node's parser has for the same case, and closes it. */
  readonly refuse: (socket: Socket, code: string) => void;
  /** Passes the connection to Node's HTTP server. */
  readonly handOver: (socket: Socket) => void;
  /** Called when the connection is closed, or when Node's HTTP server has taken it over. */
  readonly onEnd: (connection: PlainConnection) => void;
}

/**
 * `open`: requests are read. `last`: the requests so far are the last requests of the connection; if there are no
 * requests yet, the next one is the last. `leaving`: Node's HTTP server gets the connection after the answers to the
 * requests so far. `ended`: the last answer was written.
 */
type Phase = 'open' | 'last' | 'leaving' | 'ended';

const EMPTY = Buffer.alloc(0);

/**
 * Answers the plain requests of one connection. When other bytes come, it answers the requests before these bytes. Then
 * it passes the connection to Node's HTTP server, which keeps it.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #options: PlainConnectionOptions;
  readonly #due: DueAnswers;
  #phase: Phase = 'open';
  /** The start of a request whose rest has not arrived. This start takes bytes from the memory budget. */
  #begun: Buffer | null = null;
  #restTimer: NodeJS.Timeout | undefined;
  /** Number of bytes that are reserved in the memory budget for the data that Node's HTTP server will read. */
  #leavingBytes = 0;
  #lingerTimer: NodeJS.Timeout | undefined;
  #hasRequested = false;
  #flushIsDue = false;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#due = new DueAnswers(options.keepAliveMs / 1_000);
    socket.on('data', this.#onData).on('end', this.#onClientEnd).on('drain', this.#onDrain);
    socket.on('timeout', this.#onTimeout).on('error', ignore).on('close', this.#onClose);
    socket.setTimeout(options.firstRequestMs);
  }

  /**
   * Makes the last of the due answers say that the connection is closed after it. If no answer is due, the next answer
   * says that.
   */
  makeLast(): void {
    if (this.#phase === 'open') this.#phase = 'last';
  }

  endIfIdle(): void {
    if (this.#due.count === 0 && this.#begun === null && this.#phase !== 'ended') this.#end();
  }

  /**
   * Whether requests are still read. A server ignores requests behind the one with the last answer (RFC 9112, section
   * 9.6).
   */
  get #readsRequests(): boolean {
    return this.#phase === 'open' || (this.#phase === 'last' && this.#due.count === 0);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#readsRequests) return;
    const begun = this.#takeBegun();
    const bytes = begun === null ? chunk : Buffer.concat([begun, chunk]);
    const { end, next } = this.#submitAll(bytes);
    // Wait for the rest of a request only once. If the rest does not come with the next bytes, Node's HTTP server takes
    // the connection. So a connection keeps little in memory.
    const mayWait = next === 'incomplete' && (begun === null || end > 0);
    const isDone = next === null || (mayWait && this.#waitForRest(bytes.subarray(end)));
    if (!isDone) this.#leave(bytes.subarray(end));
    if (this.#due.count >= MAX_UNANSWERED) this.#socket.pause();
  };

  /**
   * Submits all plain requests at the start of the bytes. Returns the position where these requests end, and what
   * follows them.
   */
  #submitAll(bytes: Buffer): { end: number; next: 'incomplete' | 'unusual' | null } {
    const { ingest, reader } = this.#options;
    let end = 0;
    while (end < bytes.length && this.#readsRequests) {
      const found = reader.read(bytes, end);
      if (found.kind !== 'request') return { end, next: found.kind };
      end = found.end;
      const fill = this.#due.add();
      this.#noteRequest();
      ingest.submit(found.body, found.facts, (answer) => {
        fill(answer);
        this.#onAnswer();
      });
    }
    return { end: bytes.length, next: null };
  }

  /** After the first request of a connection, sets the limit for its idle time to the announced time plus a margin. */
  #noteRequest(): void {
    if (this.#hasRequested) return;
    this.#hasRequested = true;
    this.#socket.setTimeout(this.#options.keepAliveMs + KEEP_ALIVE_MARGIN_MS);
  }

  /** Sends the answers of several requests with one write, because their outcomes arrive together. */
  #onAnswer(): void {
    if (this.#due.count === 1) this.#flush();
    else if (!this.#flushIsDue) {
      this.#flushIsDue = true;
      process.nextTick(() => {
        this.#flushIsDue = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    const text = this.#due.take(this.#phase === 'last');
    if (text === '' || this.#socket.destroyed) return;
    const hasRoom = this.#socket.write(text);
    const isAnswered = this.#due.count === 0;
    if (isAnswered && this.#phase === 'leaving') this.#handOver();
    else if (isAnswered && this.#phase === 'last') this.#end();
    else this.#goOn(hasRoom);
  }

  /** Reads more requests, unless there are too many unanswered requests, or the client does not read its answers. */
  #goOn(hasRoom: boolean): void {
    if (this.#phase === 'leaving' || this.#phase === 'ended') return;
    if (!hasRoom) this.#socket.pause();
    else if (this.#due.count < MAX_UNANSWERED && this.#socket.isPaused()) this.#socket.resume();
  }

  readonly #onDrain = (): void => this.#goOn(true);

  /**
   * Ends the connection, and throws away what still arrives. If serve closed the connection while bytes are unread, the
   * system would reset it. Answers could then be lost (RFC 9112, section 9.6).
   */
  #end(): void {
    this.#phase = 'ended';
    this.#takeBegun();
    this.#socket.end();
    this.#socket.resume();
    this.#lingerTimer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
  }

  /** Keeps the start of a request for a short time. Returns false if there is no memory for it. */
  #waitForRest(bytes: Buffer): boolean {
    if (!this.#options.ingest.budget.takeBytes(bytes.length)) return false;
    const begun = keepBytes(bytes);
    this.#begun = begun;
    // Node runs timers before it asks the system for new bytes. So let Node ask once more before the rest of the
    // request counts as late.
    this.#restTimer = setTimeout(() => setImmediate(this.#onLateRest, begun), REST_WITHIN_MS);
    return true;
  }

  readonly #onLateRest = (begun: Buffer): void => {
    if (this.#begun !== begun) return;
    if (this.#socket.isPaused()) this.#restTimer?.refresh();
    else this.#leave(this.#takeBegun() ?? EMPTY);
  };

  #takeBegun(): Buffer | null {
    const begun = this.#begun;
    if (begun === null) return null;
    clearTimeout(this.#restTimer);
    this.#options.ingest.budget.giveBytes(begun.length);
    this.#begun = null;
    return begun;
  }

  /**
   * Gives the bytes back to the socket, which keeps them for Node's HTTP server. If the client has ended its side, the
   * socket keeps that fact too.
   */
  #leave(unread: Buffer): void {
    const hasMemory = this.#due.count === 0 || this.#options.ingest.budget.takeBytes(unread.length);
    if (!hasMemory) {
      // There is no memory for the unread bytes, so serve drops these bytes. The last answer closes the connection, so
      // the client knows that serve did not read these bytes.
      this.makeLast();
      return;
    }
    this.#phase = 'leaving';
    this.#leavingBytes = this.#due.count === 0 ? 0 : unread.length;
    this.#socket.off('data', this.#onData);
    this.#socket.pause();
    this.#socket.unshift(keepBytes(unread));
    if (this.#due.count === 0) this.#handOver();
  }

  #handOver(): void {
    const { handOver, ingest, onEnd } = this.#options;
    const socket = this.#socket;
    ingest.budget.giveBytes(this.#leavingBytes);
    this.#leavingBytes = 0;
    socket.off('end', this.#onClientEnd).off('drain', this.#onDrain);
    socket.off('timeout', this.#onTimeout).off('error', ignore).off('close', this.#onClose);
    socket.setTimeout(0);
    onEnd(this);
    handOver(socket);
    socket.resume();
  }

  /** Called when the client has ended its side of the connection: it sends no more, but still reads the answers. */
  readonly #onClientEnd = (): void => {
    const isWithinRequest = this.#takeBegun() !== null;
    this.makeLast();
    if (this.#due.count > 0 || this.#phase === 'ended') return;
    if (isWithinRequest) this.#options.refuse(this.#socket, 'HPE_INVALID_EOF_STATE');
    else this.#end();
  };

  readonly #onTimeout = (): void => {
    if (this.#due.count > 0) return;
    if (!this.#hasRequested) this.#options.refuse(this.#socket, 'ERR_HTTP_REQUEST_TIMEOUT');
    else this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    clearTimeout(this.#lingerTimer);
    this.#takeBegun();
    this.#options.ingest.budget.giveBytes(this.#leavingBytes);
    this.#leavingBytes = 0;
    this.#options.onEnd(this);
  };
}

function ignore(): void {}
