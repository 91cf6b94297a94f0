import type { Refusal } from '../../queue/queue.ts';
import { NOT_ENQUEUED } from '../../samples/outcome.ts';
import type { EnqueueOutcome } from './batcher.ts';

export type AnswerHeaders = Readonly<Record<string, string | number>>;

/**
 * A response with one line of text. All definite rejections have the same reason phrase, so that a sender can recognize
 * a rejection.
 */
export interface SendAnswer {
  readonly status: number;
  /** Reason phrase that replaces the usual one of the status. */
  readonly reasonPhrase?: string;
  readonly headers?: AnswerHeaders;
  readonly body: string;
}

const ACKED_BODY = 'Mensaje enviado a Kafka';
const RETRY_AFTER_SECONDS = 1;

const REFUSED_STATUSES: Readonly<Record<Refusal, number>> = {
  'too-large': 413,
  'not-authorized': 502,
  invalid: 502,
  unavailable: 502,
};

export const INTERNAL_ERROR: SendAnswer = { status: 500, body: 'Error interno' };

export function answerFor(outcome: EnqueueOutcome): SendAnswer {
  switch (outcome.kind) {
    case 'acked':
      return { status: 200, headers: placeHeaders(outcome.place), body: ACKED_BODY };
    case 'not-enqueued':
      return notEnqueued(outcome.detail);
    case 'refused':
      return {
        status: REFUSED_STATUSES[outcome.reason],
        reasonPhrase: NOT_ENQUEUED,
        body: `Refused by the queue (${outcome.reason}): ${outcome.detail}`,
      };
    case 'bug':
      return INTERNAL_ERROR;
    case 'unknown':
      return { status: 504, body: `It is unknown whether the queue stored the message: ${outcome.detail}` };
  }
}

/** The response to a message that certainly did not reach the queue. The sender can send it again. */
export function notEnqueued(detail: string): SendAnswer {
  return {
    status: 503,
    reasonPhrase: NOT_ENQUEUED,
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    body: `Not enqueued: ${detail}`,
  };
}

/** Returns all headers of an answer, except those of the connection. */
export function headersOfAnswer({ headers, body }: SendAnswer): AnswerHeaders {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  };
}

function placeHeaders(place: { partition: number; offset: number } | null): AnswerHeaders {
  return place === null ? {} : { 'Qbl-Partition': place.partition, 'Qbl-Offset': place.offset };
}
