import { javaLocation } from '../java-urls/java-location.ts';
import type { Exchange } from './exchange.ts';
import { failure } from './failure.ts';
import type { TargetRequest } from './request.ts';

/** Number of redirects that JMeter follows for one request (HTTPSamplerBase.java, MAX_REDIRECTS). */
const MAX_REDIRECTS = 20;

/** A request in flight: the first request of a sample, or a redirect. */
export interface Hop {
  readonly request: TargetRequest;
  /** Number of redirects before this request. */
  readonly redirects: number;
  /** The exchanges before this request as one. Null for the first request. */
  readonly before: Exchange | null;
}

/** Returns the whole exchange if it has ended, or the request to which it is redirected. */
export function afterHop({ request, redirects, before }: Hop, last: Exchange): Exchange | Hop {
  const exchange = before === null ? last : joined(before, last);
  if (last.location === null || request.redirected === null) return exchange;
  if (redirects === MAX_REDIRECTS)
    return failed(exchange, 'java.io.IOException', `Exceeded maximum number of redirects: ${MAX_REDIRECTS}`);
  const url = javaLocation(request.url, last.location);
  if (url === null) return failed(exchange, 'java.net.MalformedURLException', locationMistake(last.location));
  return { request: request.redirected(url), redirects: redirects + 1, before: exchange };
}

/** Shows only the scheme of the location, because the rest can contain a secret. */
function locationMistake(location: string): string {
  const [scheme] = /^[a-z][a-z\d+.-]*(?=:)/i.exec(location) ?? [];
  return scheme === undefined ? 'the location is not a URL' : `unknown protocol: ${scheme.toLowerCase()}`;
}

/**
 * Joins two exchanges to one sample, as JMeter does (HTTPSamplerBase.java, followRedirects). The last response proves
 * neither an ack nor a rejection, because only the first request carries the message for certain.
 */
function joined(before: Exchange, last: Exchange): Exchange {
  const { startedAt, connectMs, latencyMs, content, captured } = before;
  return {
    ...last,
    ...{ startedAt, connectMs, latencyMs, content, captured },
    bytes: before.bytes + last.bytes,
    sentBytes: before.sentBytes + last.sentBytes,
    outcome: 'indeterminate',
  };
}

function failed(exchange: Exchange, exception: string, message: string): Exchange {
  return { ...exchange, ...failure(exception, message), success: false, outcome: 'indeterminate' };
}
