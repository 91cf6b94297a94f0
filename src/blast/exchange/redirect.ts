import type { Method } from '../../plan/plan.ts';
import { javaLocation } from '../java-urls/java-location.ts';
import { headerValues } from '../wire/response-headers.ts';
import type { Headers } from '../wire/response-listener.ts';
import { type Failure, failure } from './failure.ts';
import type { TargetRequest } from './request.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 308]);
/** JMeter treats 307 as a redirect only for GET and HEAD. For other methods it is a normal response. */
const TEMPORARY_REDIRECT = 307;
const SAFE_METHODS: readonly Method[] = ['GET', 'HEAD'];
/** Number of redirects that JMeter follows for one request (HTTPSamplerBase.java, MAX_REDIRECTS). */
const MAX_REDIRECTS = 20;

/**
 * Returns the request that follows a redirect, or the failure that JMeter reports for a redirect. Null if the response
 * is no redirect, or if redirects are not followed. JMeter reports a redirect without a location even if JMeter does not
 * follow redirects. Sources: JMeter 5.6.3, HTTPHC4Impl.sample, HTTPSampleResult.isRedirect and
 * HTTPSamplerBase.followRedirects.
 * @param redirects number of redirects before the request
 */
export function redirectOf(
  status: number,
  headers: () => Headers,
  { method, url, shownUrl, redirected }: Pick<TargetRequest, 'method' | 'url' | 'shownUrl' | 'redirected'>,
  redirects: number,
): TargetRequest | Failure | null {
  if (!isRedirect(status, method)) return null;
  const location = locationOf(headers);
  if (location === undefined) {
    return failure(
      'java.lang.IllegalArgumentException',
      `Missing location header in redirect for ${method} ${shownUrl} HTTP/1.1`,
    );
  }
  if (redirected === null) return null;
  if (redirects === MAX_REDIRECTS)
    return failure('java.io.IOException', `Exceeded maximum number of redirects: ${MAX_REDIRECTS}`);
  const next = javaLocation(url, location);
  return next === null
    ? failure('java.net.MalformedURLException', locationMistake(location))
    : redirected(next);
}

/** Whether a response is a redirect without a location. */
export function lacksLocation(status: number, headers: () => Headers, method: Method): boolean {
  return isRedirect(status, method) && locationOf(headers) === undefined;
}

function locationOf(headers: () => Headers): string | undefined {
  return headerValues(headers(), 'location').at(-1);
}

function isRedirect(status: number, method: Method): boolean {
  return REDIRECTS.has(status) || (status === TEMPORARY_REDIRECT && SAFE_METHODS.includes(method));
}

/** Shows only the scheme of the location, because the rest can contain a secret. */
function locationMistake(location: string): string {
  const [scheme] = /^[a-z][a-z\d+.-]*(?=:)/i.exec(location) ?? [];
  return scheme === undefined ? 'the location is not a URL' : `unknown protocol: ${scheme.toLowerCase()}`;
}
