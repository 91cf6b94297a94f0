import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Method } from '../../plan/plan.ts';
import { openSocket } from './connect.ts';
import { OddResponses } from './odd-responses.ts';
import type { Origin } from './origin.ts';
import { headersOf, plainHead } from './plain-head.ts';
import type { RequestText } from './request-text.ts';
import type { ResponseListener } from './response-listener.ts';

/** The server closed the connection before the response was complete. */
export class ConnectionEndedError extends Error {}

/** The part of a response to which the server's next byte belongs. */
type Expected =
  /** Nothing is expected, because no request is in flight. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'head' }
  | { readonly kind: 'plain-body'; leftBytes: number; readonly keepAliveMs: number }
  | { readonly kind: 'odd-response'; readonly parser: OddResponses };

const NOTHING: Expected = { kind: 'nothing' };
const HEAD: Expected = { kind: 'head' };

/**
 * One HTTP/1.1 connection to a server. Each request is one write. A plain response is read without a parser, and undici
 * parses all other responses. Nothing is ever sent twice.
 */
export class Wire {
  readonly #origin: Origin;
  readonly #socket: Socket;
  #expected: Expected = NOTHING;
  #listener: ResponseListener | null = null;
  #method: Method = 'GET';
  #odd: OddResponses | null = null;
  #isOver = false;
  /** Time until which the connection can be used, on the clock of `performance.now()`. */
  #usableUntil = Number.POSITIVE_INFINITY;

  /** Connects, and calls back once: with the error, or with null when a request can be written. */
  constructor(
    origin: Origin,
    connectTimeoutMs: number,
    tls: ConnectionOptions,
    done: (error: Error | null) => void,
  ) {
    this.#origin = origin;
    this.#socket = openSocket(origin, connectTimeoutMs, tls, this.#onRead, (error, socket) => {
      if (error === null) {
        socket.on('end', this.#onEnd);
        socket.on('error', this.#onError);
      }
      done(error);
    });
  }

  /** True if a request can be written now. False if the server has closed its side of the connection. */
  isUsable(now: number): boolean {
    return !this.#isOver && !this.#socket.destroyed && now < this.#usableUntil;
  }

  /** Writes one request and follows its response. Only one request can be in flight. */
  send(method: Method, request: RequestText, listener: ResponseListener): void {
    this.#method = method;
    this.#listener = listener;
    this.#expected = HEAD;
    this.#socket.write(request.data, request.encoding);
  }

  /**
   * Breaks the connection. If the connection is still being opened, the connect callback gets the error. A
   * request in flight fails with the error.
   */
  break(error: Error): void {
    if (this.#listener === null) this.#socket.destroy(error);
    else this.#fail(error);
  }

  close(): void {
    this.#isOver = true;
    this.#odd?.close();
    this.#socket.destroy();
  }

  readonly #onRead = (bytes: Buffer): void => {
    const listener = this.#listener;
    // The server sent bytes although no request is in flight, or more bytes than it announced. Both faults break the
    // rules of HTTP, so close the connection.
    if (listener === null) {
      this.close();
      return;
    }
    listener.onBytes(bytes.length);
    switch (this.#expected.kind) {
      case 'head':
        this.#readHead(bytes, listener);
        break;
      case 'plain-body':
        this.#readBody(bytes, this.#expected, listener);
        break;
      case 'odd-response':
        this.#expected.parser.push(Buffer.from(bytes));
    }
  };

  #readHead(bytes: Buffer, listener: ResponseListener): void {
    const head = this.#method === 'HEAD' ? null : plainHead(bytes);
    if (head === null) {
      this.#readOddly(bytes, listener);
      return;
    }
    const { status, statusText, headBytes, bodyBytes, keepAliveMs, fieldLines } = head;
    listener.onHead(status, statusText, () => headersOf(fieldLines));
    const body: Expected = { kind: 'plain-body', leftBytes: bodyBytes, keepAliveMs };
    this.#expected = body;
    this.#readBody(bytes.subarray(headBytes), body, listener);
  }

  #readBody(
    bytes: Buffer,
    body: Extract<Expected, { kind: 'plain-body' }>,
    listener: ResponseListener,
  ): void {
    const isAll = bytes.length >= body.leftBytes;
    const surplus = bytes.length > body.leftBytes;
    if (body.leftBytes > 0 && bytes.length > 0)
      listener.onBody(surplus ? bytes.subarray(0, body.leftBytes) : bytes);
    body.leftBytes -= bytes.length;
    if (isAll) this.#complete(surplus ? 0 : body.keepAliveMs, listener);
  }

  #readOddly(bytes: Buffer, listener: ResponseListener): void {
    this.#odd ??= new OddResponses(this.#origin.url);
    const parser = this.#odd;
    this.#expected = { kind: 'odd-response', parser };
    parser.begin(this.#method, {
      onBytes: () => {},
      onHead: (status, statusText, headers) => listener.onHead(status, statusText, headers),
      onBody: (chunk) => listener.onBody(chunk),
      onComplete: (keepAliveMs) => this.#listener === listener && this.#complete(keepAliveMs, listener),
      onFailed: (error) => this.#listener === listener && this.#fail(error),
    });
    parser.push(Buffer.from(bytes));
  }

  readonly #onEnd = (): void => {
    this.#isOver = true;
    if (this.#expected.kind === 'odd-response') this.#expected.parser.end();
    else if (this.#listener !== null)
      this.#fail(new ConnectionEndedError('the server closed the connection'));
  };

  readonly #onError = (error: Error): void => {
    this.#isOver = true;
    if (this.#expected.kind === 'odd-response') this.#expected.parser.fail(error);
    else if (this.#listener !== null) this.#fail(error);
  };

  #complete(keepAliveMs: number, listener: ResponseListener): void {
    this.#usableUntil =
      keepAliveMs === Number.POSITIVE_INFINITY ? keepAliveMs : performance.now() + keepAliveMs;
    this.#expected = NOTHING;
    this.#listener = null;
    if (keepAliveMs === 0) this.close();
    listener.onComplete(keepAliveMs);
  }

  #fail(error: Error): void {
    const listener = this.#listener;
    this.#expected = NOTHING;
    this.#listener = null;
    this.close();
    listener?.onFailed(error);
  }
}
