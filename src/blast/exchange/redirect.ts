import type { Method } from '../../plan/plan.ts';
import { headerOf } from '../wire/response-headers.ts';
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
  if (!isRedirect(status, method) || headerOf(headers(), 'location') !== null) return null;
  return failure(
    'java.lang.IllegalArgumentException',
    `Missing location header in redirect for ${method} ${shownUrl} HTTP/1.1`,
  );
}

function isRedirect(status: number, method: Method): boolean {
  return REDIRECTS.has(status) || (status === TEMPORARY_REDIRECT && SAFE_METHODS.includes(method));
}
