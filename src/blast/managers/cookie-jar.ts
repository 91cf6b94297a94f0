import type { Cookie } from '../../plan/managers/managers.ts';
import { type JavaUrl, javaUrl } from './java-url.ts';
import { isHostBelow, parseSetCookie } from './set-cookie.ts';

/** The most characters that the cookies of one jar may have, so that no server can fill the memory. */
const MAX_CHARACTERS = 256 * 1024;
/** Each cookie counts with this number of characters, in addition to its own ones. */
const CHARACTERS_PER_COOKIE = 100;

/** The cookies of one thread. Sources: JMeter's CookieManager.java, HC4CookieHandler.java. */
export class CookieJar {
  readonly #initial: readonly Cookie[];
  #cookies: readonly Cookie[];
  #characters = 0;

  /** @param initial the cookies at the start */
  constructor(initial: readonly Cookie[]) {
    this.#initial = initial;
    this.#cookies = initial;
  }

  /** Forgets all cookies but the initial ones. */
  forget(): void {
    this.#cookies = this.#initial;
    this.#characters = 0;
  }

  /** Whether the cookies of responses are more than a jar keeps. */
  get isTooFull(): boolean {
    return this.#characters > MAX_CHARACTERS;
  }

  /**
   * Keeps the cookie of a header Set-Cookie. A cookie whose end has passed, or that has no value, only removes the
   * earlier one. JMeter keeps a cookie whose end is the start of 1970.
   */
  store(setCookie: string, url: string, nowMs: number): void {
    const set = parseSetCookie(setCookie, javaUrl(url), nowMs);
    if (set === null || this.isTooFull) return;
    const { cookie, endsMs } = set;
    const isKept = cookie.value !== '' && (endsMs === null || endsMs === 0 || endsMs > nowMs);
    const others = this.#cookies.filter((other) => !isSame(other, cookie));
    this.#cookies = isKept ? [...others, cookie] : others;
    this.#characters = this.#cookies.reduce((sum, each) => sum + charactersOf(each), 0);
  }

  /**
   * Returns the value of the header Cookie. Null if no cookie applies to the URL. JMeter also sends a cookie whose end
   * has passed since the response.
   */
  headerFor(url: string): string | null {
    const parts = javaUrl(url);
    const sent = this.#cookies.filter((cookie) => isSentTo(cookie, parts));
    if (sent.length === 0) return null;
    const longestPathFirst = sent.toSorted((a, b) => b.path.length - a.path.length);
    return longestPathFirst
      .map(({ name, value }) => `${name}=${quoted(value)}`)
      .join('; ')
      .trim();
  }
}

function charactersOf({ name, value, domain, path }: Cookie): number {
  return CHARACTERS_PER_COOKIE + name.length + value.length + domain.length + path.length;
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.name === other.name && one.path === other.path && one.domain === other.domain;
}

function isSentTo({ domain, path, secure, forSubdomains }: Cookie, url: JavaUrl): boolean {
  const normalized = domain.replace(/^\./, '').toLowerCase();
  const isOfHost = url.host === normalized || (forSubdomains && isHostBelow(url.host, normalized));
  return isOfHost && isBelow(url.path, path) && (!secure || url.secure);
}

function isBelow(path: string, cookiePath: string): boolean {
  const folder = cookiePath.length > 1 ? cookiePath.replace(/\/$/, '') : cookiePath;
  if (!path.startsWith(folder)) return false;
  return folder === '/' || path.length === folder.length || path[folder.length] === '/';
}

/** Quotes a value as HttpClient does (RFC6265CookieSpec.java, formatCookies). */
function quoted(value: string): string {
  return /[ ",;\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}
