import type { Method } from '../../plan/plan.ts';
import { headerValues } from '../wire/response-headers.ts';
import type { Headers } from '../wire/response-listener.ts';
import { type Failure, failure } from './failure.ts';
import type { TargetRequest } from './request.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 308]);
/** JMeter treats 307 as a redirect only for GET and HEAD. For other methods it is a normal response. */
const TEMPORARY_REDIRECT = 307;
const SAFE_METHODS: readonly Method[] = ['GET', 'HEAD'];

/**
 * Returns the failure that JMeter reports for a redirect without a location, even if JMeter does not follow
 * redirects. Null for any other response. Source: JMeter 5.6.3, HTTPHC4Impl.sample and
 * HTTPSampleResult.isRedirect.
 */
export function redirectFailure(
  status: number,
  headers: () => Headers,
  { method, shownUrl }: Pick<TargetRequest, 'method' | 'shownUrl'>,
): Failure | null {
  if (!isRedirect(status, method) || redirectLocation(status, headers, method) !== null) return null;
  return failure(
    'java.lang.IllegalArgumentException',
    `Missing location header in redirect for ${method} ${shownUrl} HTTP/1.1`,
  );
}

/** Returns where a response redirects to. Null if the response is no redirect, or does not name a location. */
export function redirectLocation(status: number, headers: () => Headers, method: Method): string | null {
  return isRedirect(status, method) ? (headerValues(headers(), 'location').at(-1) ?? null) : null;
}

function isRedirect(status: number, method: Method): boolean {
  return REDIRECTS.has(status) || (status === TEMPORARY_REDIRECT && SAFE_METHODS.includes(method));
}
