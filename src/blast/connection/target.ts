import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'undici';
import type { Exchange, ExchangeOwner, Outgoing } from '../exchange/exchange.ts';
import { PendingExchange } from '../exchange/exchange.ts';
import { connectFailure } from '../exchange/failure.ts';
import type { Origin } from '../exchange/origin.ts';
import { openSocket } from './connect.ts';
import { HeadGate } from './head-gate.ts';

/** An idle connection stays open as long as the server allows. */
const KEEP_ALIVE_MS = 2 ** 31 - 1;
/** A connection is closed this long before the time-out in the server's Keep-Alive header. */
const KEEP_ALIVE_MARGIN_MS = 500;
/** JMeter reads headers of any size. The limit keeps a server from filling the memory. */
const MAX_HEADER_BYTES = 1024 ** 2;

/** undici wants to write, but the connection is closed. Nothing was written. */
class StaleConnectionError extends Error {}

/**
 * One thread's connection to one origin. It opens at the first request, is kept, and reopens after it ended.
 * Each request is attempted once, without retries or redirects. qbl opens the sockets, and undici speaks HTTP over
 * them. So a failed connect is never mistaken for a failed request.
 */
export class Connection implements ExchangeOwner {
  readonly #origin: Origin;
  readonly #tls: ConnectionOptions;
  readonly #client: Client;
  #socket: Socket | null = null;
  #gate: HeadGate | null = null;
  /** A connected socket that undici has not taken yet. */
  #handover: Socket | null = null;
  #pending: PendingExchange | null = null;
  #done: ((exchange: Exchange) => void) | null = null;

  constructor(origin: Origin, tls: ConnectionOptions) {
    this.#origin = origin;
    this.#tls = tls;
    this.#client = new Client(origin.url, {
      pipelining: 1,
      // undici's own timers have a resolution of half a second. qbl's timers are exact.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      connect: (_options, callback) => queueMicrotask(() => this.#handOver(callback)),
    });
  }

  /** Sends one request and calls back once. Only one request can be in flight. */
  send(outgoing: Outgoing, done: (exchange: Exchange) => void): void {
    const pending = new PendingExchange(outgoing, this);
    this.#pending = pending;
    this.#done = done;
    if (this.#socket === null || this.#socket.destroyed) this.#connect(pending);
    else this.#dispatch(pending, this.#socket);
  }

  /** Aborts the request in flight. Its outcome is then unknown. */
  interrupt(): void {
    this.#pending?.interrupt();
  }

  /** Opens a new connection for the next request. Call it only when no request is in flight. */
  renew(): void {
    this.#dropSocket();
  }

  /** Closes the connection after the request in flight. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Connects again. Nothing was written, so this is still the first attempt. */
  onStale(exchange: PendingExchange): void {
    this.#connect(exchange);
  }

  onWrite(): void {
    this.#gate?.close();
  }

  onEnd(exchange: Exchange, whole: boolean): void {
    const done = this.#done;
    if (!whole) this.#abandonSocket();
    this.#pending = null;
    this.#done = null;
    done?.(exchange);
  }

  #connect(pending: PendingExchange): void {
    const { connectTimeoutMs } = pending.outgoing.request;
    this.#socket = openSocket(this.#origin, connectTimeoutMs, this.#tls, (error, socket) => {
      if (error !== null) return pending.fail(connectFailure(error, this.#origin));
      this.#gate = new HeadGate(socket);
      this.#handover = socket;
      pending.connected();
      this.#dispatch(pending, socket);
    });
    pending.connecting(this.#socket);
  }

  #dispatch(pending: PendingExchange, socket: Socket): void {
    const { path, method, headers } = pending.outgoing.request;
    // Without `reset: false`, undici closes a connection after HEAD, and after a body with a method that seldom has one.
    const reset = false;
    this.#client.dispatch({ path, method, headers, body: pending.bodyFor(socket), reset }, pending);
  }

  #handOver(callback: (...result: [null, Socket] | [Error, null]) => void): void {
    const socket = this.#handover;
    this.#handover = null;
    if (socket === null) callback(new StaleConnectionError('closed before the request was written'), null);
    else callback(null, socket);
  }

  #dropSocket(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  /**
   * Call this before `done`, which can send again at once. undici destroys the socket right after it reports the error.
   * qbl must not do it first: undici would treat the close as the end of a body without a length, and complete it.
   */
  #abandonSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    queueMicrotask(() => socket?.destroy());
  }
}
