import { once, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isSystemError } from '../error.ts';
import type { Services } from '../handlers/handler.ts';
import { CLOSE_GRACE_MS, MAX_PIPELINED_REQUESTS } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';
import { answerFrame, type ConnectionContext, totalBytes } from './dispatch.ts';
import { Frames, LENGTH_BYTES } from './frames.ts';
import type { Holder } from './held-memory.ts';

const HANG_UPS = new Set<unknown>(['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']);

/** One client: its requests are handled as they come, many at a time, and answered in their order. */
export class Connection implements Holder {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  /** Nobody is to wait for anything on behalf of this client. */
  readonly #closed = new AbortController();
  readonly #gone = new AbortController();
  readonly #frames = new Frames();
  /** For each request that is not answered yet, when it is; oldest first. */
  readonly #unanswered: Promise<void>[] = [];
  readonly #name: string;

  constructor(socket: Socket, services: Services, endpoint: ConnectionContext['endpoint']) {
    this.#socket = socket;
    const hold = (bytes: number) => this.#hold(bytes);
    this.#context = { ...services, endpoint, hold, signal: this.#closed.signal };
    this.#name = `${socket.remoteAddress}:${socket.remotePort}`;
    setMaxListeners(0, this.#closed.signal);
    socket.setNoDelay(true);
    socket.once('close', () => {
      this.#closed.abort();
      this.#gone.abort();
    });
    // An error after the last read would otherwise end the process.
    socket.on('error', () => {});
  }

  /** Resolves when the connection has ended, whatever the reason; says so in the log if the client broke the protocol. */
  async serve(): Promise<void> {
    try {
      for await (const chunk of this.#socket) await this.#receive(chunk);
      if (this.#frames.isInsideFrame) throw new ProtocolError('half a request');
    } catch (error) {
      this.#report(error);
    } finally {
      this.#closed.abort();
      this.#socket.destroy();
      this.#context.memory.forget(this);
    }
  }

  /** Ends long polls, lets the client have what it still waits for, and hangs up. */
  async close(): Promise<void> {
    this.#socket.pause();
    this.#closed.abort();
    const answered = Promise.allSettled(this.#unanswered);
    await Promise.race([answered, delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    this.#socket.destroy();
  }

  onTooMuchHeld(): void {
    this.#socket.destroy(
      new ProtocolError('holding more memory than any other, when there was no more to hold'),
    );
  }

  async #receive(chunk: Buffer): Promise<void> {
    this.#hold(chunk.length);
    for (const frame of this.#frames.push(chunk)) {
      if (this.#unanswered.length >= MAX_PIPELINED_REQUESTS) await this.#unanswered[0];
      if (this.#closed.signal.aborted) return;
      this.#handle(frame);
    }
  }

  #handle(frame: Buffer): void {
    const before = this.#unanswered.at(-1);
    const answer = answerFrame(frame, `/${this.#socket.remoteAddress}`, this.#context);
    const answered = this.#sendAfter(before, answer)
      .catch((error: Error) => {
        this.#socket.destroy(error);
      })
      .finally(() => {
        this.#hold(-LENGTH_BYTES - frame.length);
        this.#unanswered.shift();
      });
    this.#unanswered.push(answered);
  }

  async #sendAfter(before: Promise<void> | undefined, answer: Promise<Buffer[] | undefined>): Promise<void> {
    const response = await answer;
    const bytes = totalBytes(response ?? []);
    this.#hold(bytes);
    await before;
    if (response) await this.#send(response);
    this.#hold(-bytes);
  }

  /** Resolves when the client has taken enough for more to be sent. */
  async #send(buffers: readonly Buffer[]): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.uncork();
    if (this.#socket.writableNeedDrain) await once(this.#socket, 'drain', { signal: this.#gone.signal });
  }

  /** A connection that is gone holds nothing. */
  #hold(bytes: number): void {
    if (!this.#socket.destroyed) this.#context.memory.hold(this, bytes);
  }

  #report(error: unknown): void {
    if (isDisconnect(error)) return;
    const reason = error instanceof ProtocolError ? `it sent ${error.message}` : stackOf(error);
    this.#context.log(`connection of ${this.#name} ended: ${reason}`);
  }
}

/** The client hung up, or we did. */
function isDisconnect(error: unknown): boolean {
  const isEndOfStream = error instanceof Error && 'code' in error && HANG_UPS.has(error.code);
  return isSystemError(error) || isEndOfStream;
}

/** Anything else is a bug of the broker, and must be found. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
