import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BodyBuffer } from '../../http/body-buffer.ts';
import { headBytesOf } from '../../http/pipelining.ts';
import type { ServeMetrics } from '../metrics.ts';
import { answerFor, INTERNAL_ERROR, notEnqueued, type SendAnswer, writeHead } from './answer.ts';
import type { Batcher } from './batcher.ts';
import type { Budget } from './budget.ts';
import { bodyTooLarge, checkBody, checkHeaders } from './content.ts';
import type { KeyOf } from './key.ts';
import type { HeadersOf, PassedHeaders } from './passed-headers.ts';

/**
 * After a refusal, the rest of the body is read and thrown away for at most this long. Otherwise the sender may not
 * get the answer.
 */
const LINGER_MS = 1_000;
const TOO_MANY_BYTES = notEnqueued('too many bytes are pending');

export interface IngestOptions {
  readonly batcher: Batcher;
  readonly budget: Budget;
  readonly keyOf: KeyOf;
  readonly headersOf: HeadersOf;
  readonly metrics: ServeMetrics;
  /** @param headersBytes size of the message's headers */
  readonly maxBodyBytes: (headersBytes: number) => number;
  readonly onBug: (error: unknown) => void;
}

/** What a request that is being read uses, besides its body. */
interface Accepted {
  readonly maxBodyBytes: number;
  /** Bytes of the budget for the request's head, returned with the answer. */
  readonly headBytes: number;
  /** Their bytes of the budget are returned with those of the body. */
  readonly passed: PassedHeaders;
}

/** Handles `POST /send`, from the bytes of the request to the answer with the message's outcome. */
export class Ingest {
  readonly #options: IngestOptions;
  /** Connections that are closed after their current answer. */
  readonly #ending = new WeakSet<Socket>();

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /**
   * Handles one request.
   * @param expectsContinue whether the client waits for `100 Continue` before it sends the body
   */
  handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    if (this.#ending.has(request.socket)) {
      // After an answer with "Connection: close", ignore further requests on the connection (RFC 9112, section 9.6).
      request.resume();
      return;
    }
    const passed = this.#options.headersOf(request);
    const maxBodyBytes = this.#options.maxBodyBytes(passed.bytes);
    const fault = checkHeaders(request.headers, maxBodyBytes);
    if (fault !== null) {
      this.refuse(request, response, fault);
      return;
    }
    const headBytes = headBytesOf(request);
    if (!this.#options.budget.takeBytes(headBytes + passed.bytes)) {
      this.refuse(request, response, TOO_MANY_BYTES);
      return;
    }
    if (expectsContinue) response.writeContinue();
    this.#read(request, response, { maxBodyBytes, headBytes, passed });
  }

  #read(request: IncomingMessage, response: ServerResponse, accepted: Accepted): void {
    const { budget } = this.#options;
    const { maxBodyBytes, headBytes, passed } = accepted;
    const announced = request.headers['content-length'];
    const body = new BodyBuffer(budget, maxBodyBytes, announced === undefined ? null : Number(announced));
    let open = true;
    const stop = () => {
      open = false;
      body.drop();
      budget.giveBytes(headBytes + passed.bytes);
    };
    request.on('data', (chunk: Buffer) => {
      if (!open) return;
      const added = body.add(chunk);
      if (added === 'added') return;
      stop();
      this.refuse(request, response, added === 'too-large' ? bodyTooLarge(maxBodyBytes) : TOO_MANY_BYTES);
    });
    request.on('end', () => {
      if (!open) return;
      open = false;
      this.#submit(response, body.end(), accepted);
    });
    // The client closed the connection before its body was complete, so it cannot read an answer.
    request.on('close', () => {
      if (open) stop();
    });
    request.on('error', () => {});
  }

  /** Hands a valid body to the batcher, which returns the message's bytes to the budget. */
  #submit(response: ServerResponse, body: Buffer, { headBytes, passed }: Accepted): void {
    const { batcher, budget, keyOf, metrics, onBug } = this.#options;
    try {
      const checked = checkBody(body);
      if (checked.kind === 'fault') {
        budget.giveBytes(headBytes + passed.bytes + body.length);
        this.#answer(response, checked.answer);
        return;
      }
      const arrivedAtMs = performance.now();
      const { headers } = passed;
      const message = {
        key: keyOf(checked.json),
        value: body,
        ...(headers === undefined ? {} : { headers }),
      };
      batcher.submit(message, (outcome) => {
        budget.giveBytes(headBytes);
        metrics.countOutcome(outcome.kind, body.length, performance.now() - arrivedAtMs);
        this.#answer(response, answerFor(outcome));
      });
    } catch (error) {
      onBug(error);
      this.#answer(response, INTERNAL_ERROR);
    }
  }

  #answer(response: ServerResponse, answer: SendAnswer): void {
    this.#options.metrics.countRequest(answer.status);
    if (response.destroyed || response.headersSent) return;
    writeHead(response, answer);
    response.end(answer.body);
  }

  /**
   * Answers before the whole body was read, and closes the connection later. If serve closed it at once, with unread
   * bytes, the system would reset the connection, and the answer could be lost (RFC 9112, section 9.6).
   */
  refuse(request: IncomingMessage, response: ServerResponse, answer: SendAnswer): void {
    this.#options.metrics.countRequest(answer.status);
    this.#ending.add(request.socket);
    writeHead(response, answer, { Connection: 'close' });
    response.write(answer.body);
    const finish = () => {
      clearTimeout(timer);
      response.end();
    };
    const timer = setTimeout(finish, LINGER_MS);
    request
      .once('end', finish)
      .once('close', finish)
      .on('error', () => {})
      .resume();
  }
}
