import { isIPv4 } from 'node:net';
import type { Cookie } from '../../plan/managers/managers.ts';
import { cookieDateMs } from './cookie-date.ts';
import type { JavaUrl } from './java-url.ts';
import { TokenParser } from './token-parser.ts';

/** A cookie that a response sets. */
export interface SetCookie {
  readonly cookie: Cookie;
  /** The end of the cookie in epoch milliseconds. Null if the cookie has no end. */
  readonly endsMs: number | null;
}

const MAX_INT = 2 ** 31 - 1;

/**
 * Reads the value of a header Set-Cookie. Null if JMeter takes no cookie from it. Source: HttpClient's
 * RFC6265CookieSpec.java, with the handlers of RFC6265LaxSpec.java.
 */
export function parseSetCookie(text: string, url: JavaUrl, nowMs: number): SetCookie | null {
  const parser = new TokenParser(text);
  const name = parser.token('=;');
  if (name === '' || parser.skip() !== '=') return null;
  const value = parser.value(';');
  parser.skip();
  const attributes = attributesOf(parser);
  const domain = domainOf(attributes, url);
  const endsMs = endOf(attributes, nowMs);
  if (domain === null || endsMs === 'unreadable') return null;
  const path = pathOf(attributes, url);
  const secure = attributes.has('secure');
  return {
    cookie: { name, value, domain, path, secure, forSubdomains: attributes.has('domain') },
    endsMs,
  };
}

/** Attributes by their names in lower case. The value of an attribute without `=` is empty. */
type Attributes = ReadonlyMap<string, string>;

function attributesOf(parser: TokenParser): Attributes {
  const attributes = new Map<string, string>();
  while (!parser.atEnd) {
    const name = parser.token('=;').toLowerCase();
    const value = parser.skip() === '=' ? parser.token(';') : null;
    if (value !== null) parser.skip();
    attributes.set(name, value ?? '');
  }
  return attributes;
}

/** Returns the domain of a cookie. Null if the host of the URL may not set a cookie for it. */
function domainOf(attributes: Attributes, { host }: JavaUrl): string | null {
  const domain = attributes.get('domain');
  if (domain === undefined || domain.endsWith('.')) return host;
  const normalized = domain.replace(/^\./, '').toLowerCase();
  if (domain === '') return null;
  return normalized === host || isHostBelow(host, normalized) ? normalized : null;
}

/** Whether a host is a domain or below it. An IP address is only the same host. */
export function isHostBelow(host: string, domain: string): boolean {
  const withoutDot = domain.replace(/^\./, '');
  if (isIPv4(host) || !host.endsWith(withoutDot)) return false;
  const before = host.length - withoutDot.length;
  return before === 0 || (before > 1 && host[before - 1] === '.');
}

function pathOf(attributes: Attributes, { path }: JavaUrl): string {
  const own = attributes.get('path');
  if (own !== undefined) return own === '' ? '/' : own;
  const end = path.lastIndexOf('/');
  return end < 0 ? path : path.slice(0, Math.max(end, 1));
}

/** Max-Age counts, even if it is no number. An Expires that is no date spoils the cookie. */
function endOf(attributes: Attributes, nowMs: number): number | null | 'unreadable' {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return ageEnd(maxAge, nowMs);
  const expires = attributes.get('expires') ?? '';
  return expires === '' ? null : (cookieDateMs(expires) ?? 'unreadable');
}

function ageEnd(text: string, nowMs: number): number | null {
  if (!/^-?\d+$/.test(text)) return null;
  const seconds = Number(text);
  if (seconds > MAX_INT || seconds < -MAX_INT - 1) return null;
  return seconds < 0 ? Number.NEGATIVE_INFINITY : nowMs + seconds * 1000;
}
