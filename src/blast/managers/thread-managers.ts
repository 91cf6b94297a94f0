import { QblError } from '../../error.ts';
import type { Forgetting, Managers, RequestManagers } from '../../plan/managers/managers.ts';
import { headerValues } from '../wire/response-headers.ts';
import type { Headers } from '../wire/response-listener.ts';
import { CookieJar } from './cookie-jar.ts';
import { type CachedRequest, VersionCache } from './version-cache.ts';

/** A request, as far as managers look at it. */
export interface ManagedRequest extends CachedRequest {
  readonly label: string;
  readonly managers: RequestManagers | null;
}

/** The schemes of a challenge that JMeter answers with a second request. */
const ANSWERED_SCHEMES = /^(?:digest|ntlm|negotiate|kerberos)(?:\s|,|$)/i;

/** What the managers of a plan remember for one thread. */
export class ThreadManagers {
  readonly #jars: readonly (readonly [Forgetting, CookieJar])[];
  readonly #caches: readonly (readonly [Forgetting, VersionCache])[];
  readonly #loopIsNewUser: boolean;
  #mistake: string | null = null;

  /** @param loopIsNewUser whether each loop of the thread is another user */
  constructor({ cookies, caches }: Managers, loopIsNewUser: boolean) {
    this.#jars = cookies.map((each) => [each.forgets, new CookieJar(each.cookies)]);
    this.#caches = caches.map((each) => [each.forgets, new VersionCache(each.maxSize)]);
    this.#loopIsNewUser = loopIsNewUser;
  }

  startLoop(): void {
    for (const [forgets, memory] of [...this.#jars, ...this.#caches])
      if (forgets === 'each loop' || (forgets === 'new user' && this.#loopIsNewUser)) memory.forget();
  }

  /** Returns the headers that replace or follow the headers of a request. */
  headersFor(request: ManagedRequest): readonly (readonly [name: string, value: string])[] {
    const cookie = this.#jarOf(request)?.headerFor(request.url) ?? null;
    const versions = this.#cacheOf(request)?.headersFor(request) ?? [];
    const all = cookie === null ? versions : [...versions, ['Cookie', cookie] as const];
    return all.map(([name, value]) => [name, asSent(value)]);
  }

  /** Remembers what a complete response says. */
  received(request: ManagedRequest, status: number, headers: Headers): void {
    const [jar, cache] = [this.#jarOf(request), this.#cacheOf(request)];
    for (const setCookie of jar === null ? [] : headerValues(headers, 'set-cookie'))
      jar?.store(setCookie, request.url, Date.now());
    cache?.store(request, status, headers);
    if (jar?.isTooFull === true)
      this.#mistake ??= `request '${request.label}': the server sets too many cookies`;
    if (cache?.isTooFull === true)
      this.#mistake ??= `request '${request.label}': the thread has more URLs than the cache manager remembers`;
    if (request.isAuthorized && status === 401 && isAnsweredChallenge(headers))
      this.#mistake ??= `request '${request.label}': the server does not accept the scheme Basic`;
  }

  /** Throws QblError('usage') if a response needs something that JMeter does and qbl does not. */
  check(): void {
    if (this.#mistake === null) return;
    throw new QblError('usage', this.#mistake, {
      hint: 'To let JMeter send the plan, use: qbl jmeter --plan with the .jmx file',
    });
  }

  #jarOf({ managers }: ManagedRequest): CookieJar | null {
    return this.#jars[managers?.cookies ?? -1]?.[1] ?? null;
  }

  #cacheOf({ managers }: ManagedRequest): VersionCache | null {
    return this.#caches[managers?.cache ?? -1]?.[1] ?? null;
  }
}

/** JMeter has sent Basic already. So it answers a challenge only if the server does not ask for Basic. */
function isAnsweredChallenge(headers: Headers): boolean {
  const challenges = headerValues(headers, 'www-authenticate');
  return (
    challenges.some((challenge) => ANSWERED_SCHEMES.test(challenge)) &&
    !challenges.some((challenge) => /(?:^|,)\s*basic(?:\s|,|$)/i.test(challenge))
  );
}

/** HttpClient writes a character that a header cannot contain as a question mark. */
function asSent(value: string): string {
  return value.replace(/[\r\n\v\f]/g, ' ').replace(/[^\t\x20-\x7e\xa0-\xff]/g, '?');
}
