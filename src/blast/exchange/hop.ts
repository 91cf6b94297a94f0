import type { Exchange } from './exchange.ts';
import type { TargetRequest } from './request.ts';

/** A request in flight: the first request of a sample, or a redirect. */
export interface Hop {
  readonly request: TargetRequest;
  /** Number of redirects before this request. */
  readonly redirects: number;
  /** The exchanges before this request as one. Null for the first request. */
  readonly before: Exchange | null;
}

export interface Redirect extends Hop {
  readonly before: Exchange;
}

/**
 * Joins the exchanges of a sample to one, as JMeter does (HTTPSamplerBase.java, followRedirects).
 * @param before the exchanges before the last one; null if there are none
 */
export function joined(before: Exchange | null, last: Exchange): Exchange {
  if (before === null) return last;
  const { startedAt, connectMs, latencyMs, content } = before;
  return {
    ...last,
    ...{ startedAt, connectMs, latencyMs, content },
    responses: [...before.responses, ...last.responses],
    bytes: before.bytes + last.bytes,
    sentBytes: before.sentBytes + last.sentBytes,
  };
}
