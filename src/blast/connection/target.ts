import type { ConnectionOptions } from 'node:tls';
import { type Exchange, type OnEnd, type Outgoing, PendingExchange } from '../exchange/exchange.ts';
import { connectFailure, InterruptedError, ResponseTimeoutError } from '../exchange/failure.ts';
import type { Origin } from '../wire/origin.ts';
import { Wire } from '../wire/wire.ts';
import { Deadline } from './deadline.ts';

/**
 * One thread's connection to one origin (scheme, host and port). The connection opens at the first request and is kept.
 * If the connection ends, the next request opens it again. Each request is attempted once, without retries or
 * redirects.
 */
export class Connection {
  readonly #origin: Origin;
  readonly #tls: ConnectionOptions;
  readonly #deadline = new Deadline(() => this.#wire?.break(new ResponseTimeoutError()));
  #wire: Wire | null = null;
  #pending: PendingExchange | null = null;
  #done: OnEnd | null = null;

  constructor(origin: Origin, tls: ConnectionOptions) {
    this.#origin = origin;
    this.#tls = tls;
  }

  /** Sends one request and calls back once. Only one request can be in flight. */
  send(outgoing: Outgoing, done: OnEnd): void {
    const pending = new PendingExchange(outgoing, this.#onEnd);
    this.#pending = pending;
    this.#done = done;
    const wire = this.#wire;
    if (wire?.isUsable(performance.now()) === true) this.#write(pending, wire);
    else this.#connect(pending);
  }

  /** Aborts the request in flight. The outcome of that request is then unknown. */
  interrupt(): void {
    this.#wire?.break(new InterruptedError());
  }

  /** Opens a new connection for the next request. Call it only when no request is in flight. */
  renew(): void {
    this.#wire?.close();
    this.#wire = null;
  }

  /** Closes the connection. Call it only when no request is in flight. */
  close(): void {
    this.#deadline.close();
    this.renew();
  }

  #connect(pending: PendingExchange): void {
    this.renew();
    const { connectTimeoutMs } = pending.outgoing.request;
    const wire = new Wire(this.#origin, connectTimeoutMs, this.#tls, (error) => {
      if (error !== null) return pending.fail(connectFailure(error, this.#origin));
      pending.connected();
      this.#write(pending, wire);
    });
    this.#wire = wire;
  }

  #write(pending: PendingExchange, wire: Wire): void {
    const { method, timeoutMs } = pending.outgoing.request;
    const text = pending.begin();
    this.#deadline.set(timeoutMs);
    wire.send(method, text, pending);
  }

  readonly #onEnd = (exchange: Exchange): void => {
    const [pending, done] = [this.#pending, this.#done];
    this.#deadline.met();
    this.#pending = null;
    this.#done = null;
    if (pending?.outgoing.request.closes === true) this.renew();
    done?.(exchange);
  };
}
