import type { IncomingMessage } from 'node:http';
import { headBytesOf } from '../../http/pipelining.ts';
import type { ServeMetrics } from '../metrics.ts';
import { answerFor, INTERNAL_ERROR, notEnqueued, type SendAnswer } from './answer.ts';
import type { Batcher } from './batcher.ts';
import type { Budget } from './budget.ts';
import { checkBody, checkHeaders } from './content.ts';
import type { KeyOf } from './key.ts';
import type { HeadersOf, PassedHeaders } from './passed-headers.ts';

export const TOO_MANY_BYTES = notEnqueued('too many bytes are pending');

export interface IngestOptions {
  readonly batcher: Batcher;
  readonly budget: Budget;
  readonly keyOf: KeyOf;
  readonly headersOf: HeadersOf;
  readonly metrics: ServeMetrics;
  /**
   * Returns the maximum size of a body.
   * @param headersBytes size of the message's headers
   */
  readonly maxBodyBytes: (headersBytes: number) => number;
  readonly onBug: (error: unknown) => void;
}

/** The head of a request, in the form in which Node's parser returns it. */
export type RequestHead = Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>;

export interface HeadFacts {
  /** Bytes that the head takes from the memory budget until the answer is sent. */
  readonly headBytes: number;
  /**
   * The headers that the message takes from the request. They take bytes from the memory budget until the queue has the
   * message.
   */
  readonly passed: PassedHeaders;
}

/**
 * Reads messages from requests: checks head and body, passes the message on, and answers with its outcome.
 */
export class Ingest {
  readonly #options: IngestOptions;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  get budget(): Budget {
    return this.#options.budget;
  }

  factsOf(head: RequestHead): HeadFacts {
    return { headBytes: headBytesOf(head), passed: this.#options.headersOf(head) };
  }

  /** Maximum size of the body. It can change when the queue connects. */
  maxBodyBytes({ passed }: HeadFacts): number {
    return this.#options.maxBodyBytes(passed.bytes);
  }

  /** Returns the answer that refuses a request because of its head. Null if its body may be read. */
  refusalOf(head: RequestHead, facts: HeadFacts): SendAnswer | null {
    return checkHeaders(head.headers, this.maxBodyBytes(facts));
  }

  /**
   * Takes the bytes of a head from the memory budget. Also takes the bytes of the body if their number is known.
   * `submit` returns them to the budget.
   */
  reserve({ headBytes, passed }: HeadFacts, bodyBytes: number): boolean {
    return this.budget.takeBytes(headBytes + passed.bytes + bodyBytes);
  }

  /** Returns the bytes of a head to the memory budget, if its message is not submitted. */
  release({ headBytes, passed }: HeadFacts): void {
    this.budget.giveBytes(headBytes + passed.bytes);
  }

  /**
   * Passes a valid body to the batcher. This function and the batcher return the bytes of head and body to the memory
   * budget.
   * @param respond called exactly once, at the time-out at the latest
   */
  submit(body: Buffer, facts: HeadFacts, respond: (answer: SendAnswer) => void): void {
    const { batcher, budget, keyOf, metrics, onBug } = this.#options;
    try {
      const checked = checkBody(body);
      if (checked.kind === 'fault') {
        this.release(facts);
        budget.giveBytes(body.length);
        this.#answer(checked.answer, respond);
        return;
      }
      const arrivedAtMs = performance.now();
      const { headers } = facts.passed;
      const key = keyOf(checked);
      const message = headers === undefined ? { key, value: body } : { key, value: body, headers };
      batcher.submit(message, (outcome) => {
        budget.giveBytes(facts.headBytes);
        metrics.countOutcome(outcome.kind, body.length, performance.now() - arrivedAtMs);
        this.#answer(answerFor(outcome), respond);
      });
    } catch (error) {
      onBug(error);
      this.#answer(INTERNAL_ERROR, respond);
    }
  }

  /** Counts an answer that was given without `submit`. */
  countRefusal({ status }: SendAnswer): void {
    this.#options.metrics.countRequest(status);
  }

  #answer(answer: SendAnswer, respond: (answer: SendAnswer) => void): void {
    this.#options.metrics.countRequest(answer.status);
    respond(answer);
  }
}
