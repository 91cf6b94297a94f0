import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'undici';
import type { Exchange, ExchangeOwner, Outgoing } from '../exchange/exchange.ts';
import { PendingExchange } from '../exchange/exchange.ts';
import { connectFailure } from '../exchange/failure.ts';
import type { Origin } from '../exchange/origin.ts';
import { openSocket } from './connect.ts';
import { HeadGate } from './head-gate.ts';

/** An idle connection lives as long as the server lets it. */
const KEEP_ALIVE_MS = 2 ** 31 - 1;
/** A connection is given up this long before the end that the server's Keep-Alive header announces. */
const KEEP_ALIVE_MARGIN_MS = 500;
/** JMeter reads headers of any size; a bound keeps a server from filling the memory. */
const MAX_HEADER_BYTES = 1024 ** 2;

/** undici wants to write on a connection that turned out to be closed; nothing was written. */
class StaleConnectionError extends Error {}

/**
 * One thread's connection to one origin: opened at the first request, kept, and opened anew when it ended.
 * One attempt is one exchange; there are no retries and no redirects. We open the sockets and undici speaks
 * HTTP over them, so that a failed connect is never mistaken for a failed request.
 */
export class Connection implements ExchangeOwner {
  readonly #origin: Origin;
  readonly #tls: ConnectionOptions;
  readonly #client: Client;
  #socket: Socket | null = null;
  #gate: HeadGate | null = null;
  /** A connected socket on its way into the client. */
  #handover: Socket | null = null;
  #pending: PendingExchange | null = null;
  #done: ((exchange: Exchange) => void) | null = null;

  constructor(origin: Origin, tls: ConnectionOptions) {
    this.#origin = origin;
    this.#tls = tls;
    this.#client = new Client(origin.url, {
      pipelining: 1,
      // undici's own timers tick once in half a second; ours are exact.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      connect: (_options, callback) => queueMicrotask(() => this.#handOver(callback)),
    });
  }

  /** Sends one request and calls back once. There is at most one exchange at a time. */
  send(outgoing: Outgoing, done: (exchange: Exchange) => void): void {
    const pending = new PendingExchange(outgoing, this);
    this.#pending = pending;
    this.#done = done;
    if (this.#socket === null || this.#socket.destroyed) this.#connect(pending);
    else this.#dispatch(pending, this.#socket);
  }

  /** Breaks off the exchange in flight, which then ends as one that nobody knows the outcome of. */
  interrupt(): void {
    this.#pending?.interrupt();
  }

  /** The next exchange opens the connection anew. To be called when none is in flight. */
  renew(): void {
    this.#dropSocket();
  }

  /** Closes the connection after the exchange in flight. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /** This is still the first attempt. */
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
    // undici would close a connection after HEAD, and after a body of a method that seldom has one.
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
   * Before `done`, which may send again at once. undici destroys the socket right after it has reported the error. Where
   * we did it first, undici would take the close for the end of a body without a length, and complete what it aborted.
   */
  #abandonSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    queueMicrotask(() => socket?.destroy());
  }
}
