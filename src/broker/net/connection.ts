import { once, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { isSystemError } from '../error.ts';
import type { Services } from '../handlers/handler.ts';
import { CLOSE_GRACE_MS, MAX_PIPELINED_REQUESTS, MEMORY_PATIENCE_MS } from '../limits.ts';
import { ProtocolError } from '../wire/reader.ts';
import { answerFrame, type ConnectionContext, isProduce, totalBytes } from './dispatch.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { Account, type Holder } from './memory-budget.ts';
import { itemBytesAtMost, RequestMemory } from './request-memory.ts';

/** A connection's turn ends after this many requests, or when the answers of the turn have this many bytes. */
const REQUESTS_IN_A_TURN = 32;
const ANSWER_BYTES_IN_A_TURN = 64 * 1024;
const HANG_UPS = new Set<unknown>(['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']);

/**
 * One client connection. It answers requests one after the other. Only Produce requests start while earlier requests
 * are unanswered, so several Produce requests can share one write. The memory of its requests is reserved from the
 * budget of all connections.
 */
export class ClientConnection implements Holder {
  readonly #socket: Socket;
  readonly #services: Services;
  readonly #context: ConnectionContext;
  readonly #account: Account;
  /** Aborted when the connection ends, so that requests of this client stop waiting. */
  readonly #closed = new AbortController();
  readonly #gone = new AbortController();
  readonly #frames = new FrameBuffer();
  /** One promise for each unanswered request, oldest first. A promise resolves when its request is answered. */
  readonly #unanswered: Promise<void>[] = [];
  readonly #name: string;
  #appending = 0;
  #turn = { requests: 0, answerBytes: 0 };
  #answeredRequests = 0;
  #isSending = false;
  /** Time at which a request was last read or completely answered. */
  #lastProgressMs = performance.now();

  constructor(socket: Socket, services: Services, endpoint: ConnectionContext['endpoint']) {
    this.#socket = socket;
    this.#services = services;
    this.#context = { ...services, endpoint, signal: this.#closed.signal };
    this.#account = new Account(services.memory);
    this.#name = `${socket.remoteAddress}:${socket.remotePort}`;
    setMaxListeners(0, this.#closed.signal);
    socket.setNoDelay(true);
    socket.once('close', () => {
      this.#closed.abort();
      this.#gone.abort();
    });
    // An error event without a listener would end the process.
    socket.on('error', () => {});
  }

  get heldBytes(): number {
    return this.#account.heldBytes;
  }

  /**
   * Why the connection makes no progress: it waits for memory, or for its client. Undefined during an append,
   * because an append always ends soon.
   */
  get stalledBy(): Holder['stalledBy'] {
    if (this.#appending > 0) return undefined;
    if (this.#account.isWaiting) return 'memory';
    return this.quietMs > MEMORY_PATIENCE_MS ? 'client' : undefined;
  }

  /** Whether the connection waits for its client: for a request, or until the client reads an answer. */
  get isIdle(): boolean {
    return this.#unanswered.length === 0 || this.#isSending;
  }

  get hasAsked(): boolean {
    return this.#answeredRequests > 0;
  }

  /**
   * Time since a request was last read or completely answered. The time in which the connection waited for memory does
   * not count.
   */
  get quietMs(): number {
    return performance.now() - Math.max(this.#lastProgressMs, this.#account.grantedMs);
  }

  /** Resolves when the connection has ended. If the client broke the protocol, the reason is logged. */
  async serve(): Promise<void> {
    this.#services.memory.add(this);
    try {
      for await (const chunk of this.#socket) await this.#receive(chunk);
      if (this.#frames.isInsideFrame)
        throw new ProtocolError('the client sent only a part of its last request');
    } catch (error) {
      this.#report(error);
    } finally {
      this.#services.memory.remove(this);
      this.#account.release(this.#bufferBytes());
      this.#closed.abort();
      this.#socket.destroy();
    }
  }

  /** Makes waiting fetches answer at once, sends the remaining answers, and closes the connection. */
  async close(): Promise<void> {
    this.#socket.pause();
    this.#closed.abort();
    const answered = Promise.allSettled(this.#unanswered);
    await Promise.race([answered, delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    this.#socket.destroy();
  }

  giveWay(): void {
    const reason = `the client sent nothing more while it held ${this.heldBytes} bytes of memory that other connections needed`;
    this.#socket.destroy(new ProtocolError(reason));
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  async #receive(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0 && !this.#closed.signal.aborted; ) {
      const reservedBytes = this.#bufferBytes();
      const taken = this.#frames.take(rest);
      rest = taken.rest;
      if (taken.frame) {
        await this.#accept(taken.frame, reservedBytes > 0);
        this.#turn.requests++;
        if (this.#isTurnOver) await this.#giveTurn();
      }
      if (this.#frames.wantedBytes > 0) await this.#growBuffer(this.#frames.wantedBytes);
    }
  }

  /**
   * Whether the connection's turn is over. The size of the answers counts too, because a request that takes much work,
   * such as Metadata of all topics, has a long answer.
   */
  get #isTurnOver(): boolean {
    return this.#turn.requests >= REQUESTS_IN_A_TURN || this.#turn.answerBytes >= ANSWER_BYTES_IN_A_TURN;
  }

  /** Gives other clients a turn. Otherwise a thousand requests in one chunk would delay all other clients. */
  async #giveTurn(): Promise<void> {
    this.#turn = { requests: 0, answerBytes: 0 };
    await nextTurn();
  }

  /** Memory of the buffer for a frame that has not arrived completely. */
  #bufferBytes(): number {
    const { capacityBytes, frameBytes } = this.#frames;
    return capacityBytes > 0 ? capacityBytes + itemBytesAtMost(frameBytes) : 0;
  }

  async #growBuffer(capacityBytes: number): Promise<void> {
    const before = this.#frames.capacityBytes;
    const itemBytes = before > 0 ? 0 : itemBytesAtMost(this.#frames.frameBytes);
    if (!(await this.#reserve(capacityBytes + itemBytes))) return;
    this.#frames.grow(capacityBytes);
    this.#account.release(before);
  }

  /** Reserves memory, and waits for memory if none is free. Resolves with false if the connection ends first. */
  async #reserve(bytes: number): Promise<boolean> {
    return this.#account.tryReserve(bytes) || this.#account.waitFor(bytes, this.#gone.signal);
  }

  async #accept(frame: Buffer, isReserved: boolean): Promise<void> {
    const appends = isProduce(frame);
    if (!appends) await this.#unanswered.at(-1);
    while (this.#unanswered.length >= MAX_PIPELINED_REQUESTS) await this.#unanswered[0];
    const bytes = frame.length + itemBytesAtMost(frame.length);
    if (!isReserved && !(await this.#reserve(bytes))) return;
    this.#lastProgressMs = performance.now();
    this.#handle(frame, appends);
  }

  #handle(frame: Buffer, appends: boolean): void {
    const before = this.#unanswered.at(-1);
    const memory = new RequestMemory(this.#account, frame.length, this.#gone.signal);
    if (this.#closed.signal.aborted) {
      memory.end();
      return;
    }
    this.#appending += appends ? 1 : 0;
    const answer = answerFrame(frame, `/${this.#socket.remoteAddress}`, { ...this.#context, memory });
    const answered = this.#sendAfter(before, answer, memory)
      .catch((error: Error) => {
        this.#socket.destroy(error);
      })
      .finally(() => {
        memory.end();
        this.#appending -= appends ? 1 : 0;
        this.#answeredRequests++;
        this.#lastProgressMs = performance.now();
        this.#unanswered.shift();
      });
    this.#unanswered.push(answered);
  }

  async #sendAfter(
    before: Promise<void> | undefined,
    answer: Promise<Buffer[] | undefined>,
    memory: RequestMemory,
  ): Promise<void> {
    const response = (await answer) ?? [];
    const bytes = totalBytes(response);
    memory.setAnswer(bytes);
    this.#turn.answerBytes += bytes;
    await before;
    if (response.length > 0) await this.#send(response);
  }

  /** Writes the buffers. Resolves when the client has read enough that the broker can send more. */
  async #send(buffers: readonly Buffer[]): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    for (const buffer of buffers) this.#socket.write(buffer);
    this.#socket.uncork();
    if (!this.#socket.writableNeedDrain) return;
    this.#isSending = true;
    await once(this.#socket, 'drain', { signal: this.#gone.signal });
    this.#isSending = false;
  }

  #report(error: unknown): void {
    if (isDisconnect(error)) return;
    const reason = error instanceof ProtocolError ? error.message : stackOf(error);
    this.#services.connectionLog.line(`connection of ${this.#name} ended: ${reason}`);
  }
}

/** Whether the error only means that the client or the broker closed the connection. */
function isDisconnect(error: unknown): boolean {
  const isEndOfStream = error instanceof Error && 'code' in error && HANG_UPS.has(error.code);
  return isSystemError(error) || isEndOfStream;
}

/**
 * Returns the text of an error that no client causes. The text contains the stack, because the error is a bug of the
 * broker.
 */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
