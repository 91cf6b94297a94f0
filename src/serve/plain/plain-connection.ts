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
  /** Called when the time for the first bytes is over. */
  readonly onSilent: (socket: Socket) => void;
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
 * Answers the plain requests of one connection. At the first bytes that are anything else, answers the requests before
 * them, and then passes the connection to Node's HTTP server for good.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #options: PlainConnectionOptions;
  /** One slot for each unanswered request, the oldest first. */
  readonly #slots: Slot[] = [];
  /** Bytes for Node's HTTP server, which gets them after the last answer. */
  #unread: Buffer | null = null;
  #hasRequested = false;
  /** Whether the connection ends after the answers to the requests so far. */
  #isEnding = false;
  #flushIsDue = false;

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', this.#onData).on('end', this.#onClientEnd).on('drain', this.#onDrain);
    socket.on('timeout', this.#onTimeout).on('error', ignore).on('close', this.#onClose);
    socket.setTimeout(options.firstRequestMs);
  }

  /** The next answer says that the connection is closed after it. */
  announceEnd(): void {
    this.#isEnding = true;
  }

  endIfIdle(): void {
    if (this.#slots.length === 0 && this.#unread === null) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#socket.writableEnded) return;
    const { ingest, reader } = this.#options;
    let from = 0;
    while (from < bytes.length) {
      const request = reader.read(bytes, from);
      if (request === null) {
        this.#leave(bytes.subarray(from));
        return;
      }
      from = request.end;
      const slot: Slot = { answer: null };
      this.#slots.push(slot);
      ingest.submit(request.body, request.facts, (answer) => this.#answer(slot, answer));
    }
    this.#noteRequest();
    if (this.#slots.length >= MAX_UNANSWERED) this.#socket.pause();
  };

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
    if (this.#slots.length > 0 || this.#unread !== null) this.#goOn(hasRoom);
    else if (this.#isEnding) this.#socket.end();
    else this.#goOn(hasRoom);
  }

  #takeAnswers(): string {
    const keepAliveSeconds = this.#options.keepAliveMs / 1_000;
    let text = '';
    for (let next = this.#slots[0]?.answer; next != null; next = this.#slots[0]?.answer) {
      this.#slots.shift();
      const isLast = this.#isEnding && this.#slots.length === 0 && this.#unread === null;
      text += answerText(next, isLast ? null : keepAliveSeconds);
    }
    return text;
  }

  /** Reads on, unless the client does not read its answers. */
  #goOn(hasRoom: boolean): void {
    if (this.#unread !== null) this.#handOverIfAnswered();
    else if (!hasRoom) this.#socket.pause();
    else if (this.#slots.length < MAX_UNANSWERED && this.#socket.isPaused()) this.#socket.resume();
  }

  readonly #onDrain = (): void => this.#goOn(true);

  #leave(unread: Buffer): void {
    this.#socket.pause();
    this.#unread = unread;
    this.#handOverIfAnswered();
  }

  #handOverIfAnswered(): void {
    const unread = this.#unread;
    if (unread === null || this.#slots.length > 0) return;
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

  /** The client sends no more, but still reads the answers. */
  readonly #onClientEnd = (): void => {
    this.announceEnd();
    this.endIfIdle();
  };

  readonly #onTimeout = (): void => {
    if (!this.#hasRequested) this.#options.onSilent(this.#socket);
    else if (this.#slots.length === 0) this.#socket.destroy();
  };

  readonly #onClose = (): void => this.#options.onEnd(this);
}

function ignore(): void {}
