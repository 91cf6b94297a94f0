import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
// The index of undici also loads fetch and Node's own copy of undici. Loading both takes longer than Node's start.
import Client from 'undici/lib/dispatcher/client.js';
import { HeadGate } from './head-gate.ts';
import { keepAliveMsOf } from './keep-alive.ts';
import { headerOf } from './response-headers.ts';
import type { ResponseListener } from './response-listener.ts';

/** Maximum size of the headers. JMeter has no limit, but without a limit a server could fill the memory. */
const MAX_HEADER_BYTES = 1024 ** 2;
/** qbl keeps the connections itself, so undici's timer for idle connections must never close a connection. */
const KEEP_ALIVE_MS = 2 ** 31 - 1;
/**
 * Responses with these statuses have no body, even with a Content-Length (RFC 9110, section 8.6). undici ignores this
 * rule.
 */
const STATUSES_WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

/**
 * Parses the unusual responses of one connection with undici: chunked bodies, informational responses, and
 * whatever a server may send by mistake. undici works as if it were connected to the server. But the request
 * has been sent already, so the bytes that undici writes are discarded. undici reads only the bytes that qbl
 * passes to it.
 */
export class OddResponses {
  readonly #client: Client;
  #stream: Duplex | null = null;
  #gate: HeadGate | null = null;
  #failure: Error | null = null;
  /** Actions that wait until undici is ready to read a response. Null if undici is ready. */
  #early: (() => void)[] | null = [];

  /**
   * Creates a parser for one connection.
   * @param url the origin of the server
   */
  constructor(url: string) {
    this.#client = new Client(url, {
      pipelining: 1,
      // qbl has its own time-outs for all responses, so undici's time-outs are off.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: 0,
      // undici's type demands a Socket, but undici uses only methods that every stream has.
      connect: (_options, callback) => queueMicrotask(() => callback(null, this.#newStream() as Socket)),
    });
  }

  /** Reads one response to a request with this method. Call this only after the previous response has ended. */
  begin(method: Dispatcher.HttpMethod, listener: ResponseListener): void {
    this.#early = [];
    // Without `reset: false`, undici closes a connection after HEAD.
    const request = { path: '/', method, reset: false };
    this.#client.dispatch(request, new Handler(listener, this));
  }

  push(bytes: Buffer): void {
    this.#whenReady(() => this.#stream?.push(bytes));
  }

  /** Reports that the server has closed its side of the connection. */
  end(): void {
    this.#whenReady(() => this.#stream?.push(null));
  }

  /**
   * Reports that the connection broke. The parser first reads the bytes that have arrived, because the response may be
   * complete.
   */
  fail(error: Error): void {
    const fail = () => {
      this.#failure = error;
      this.#stream?.destroy(error);
    };
    this.#whenReady(() => setImmediate(fail));
  }

  close(): void {
    void this.#client.destroy();
  }

  /** Called when undici is ready to read a response. */
  onReady(): void {
    this.#gate?.close();
    const early = this.#early ?? [];
    this.#early = null;
    for (const act of early) act();
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** False if undici has closed its stream. The connection then cannot be used again. */
  get isOpen(): boolean {
    return this.#stream?.destroyed === false;
  }

  #whenReady(act: () => void): void {
    if (this.#early === null) act();
    else this.#early.push(act);
  }

  #newStream(): Duplex {
    const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    this.#gate = new HeadGate(stream);
    this.#stream = stream;
    return stream;
  }
}

/** True if the response ended before its Content-Length was reached. */
export function isMissedBody(error: Error): boolean {
  return 'code' in error && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

/**
 * The older of undici's two handler interfaces. The newer interface parses the headers of every response into
 * an object, which costs time.
 */
class Handler implements Dispatcher.DispatchHandler {
  readonly #listener: ResponseListener;
  readonly #connection: OddResponses;
  #status = 0;
  #keepAlive: string | null = null;

  constructor(listener: ResponseListener, connection: OddResponses) {
    this.#listener = listener;
    this.#connection = connection;
  }

  onConnect(): void {
    this.#connection.onReady();
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    this.#status = status;
    this.#keepAlive = headerOf(headers, 'keep-alive');
    this.#listener.onHead(status, statusText, () => headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#listener.onBody(chunk);
    return true;
  }

  /**
   * A body without a length ends when the connection ends. In that case undici treats a reset as a normal end, but
   * JMeter reports a failure.
   */
  onComplete(): void {
    const { failure } = this.#connection;
    if (failure === null) this.#complete();
    else this.#listener.onFailed(failure);
  }

  /** Prefers the system's error, because undici's error only describes the effect on its parser. */
  onError(error: Error): void {
    const missesBody = isMissedBody(error) && STATUSES_WITHOUT_BODY.has(this.#status);
    if (missesBody) this.#complete();
    else this.#listener.onFailed(this.#connection.failure ?? error);
  }

  /**
   * Completes the response in a microtask. If the connection cannot be used again, undici closes its stream before the
   * microtask runs.
   */
  #complete(): void {
    queueMicrotask(() => {
      const keepAliveMs = this.#connection.isOpen ? keepAliveMsOf(this.#keepAlive) : 0;
      this.#listener.onComplete(keepAliveMs);
    });
  }
}
