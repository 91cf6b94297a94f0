import { headerValues } from '../wire/response-headers.ts';
import type { Headers } from '../wire/response-listener.ts';

/** What a response said about the version of its resource. */
interface Entry {
  readonly lastModified: string | null;
  readonly etag: string | null;
  /** Names of headers, if the version depends on their values in the request. */
  readonly vary: string | null;
}

/** A request, as far as a cache looks at it. */
export interface CachedRequest {
  readonly url: string;
  readonly method: string;
  /** Names and values of headers, alternating, without the headers of managers. */
  readonly headers: readonly string[];
  readonly closes: boolean;
  readonly isAuthorized: boolean;
}

/** The longest text that the cache of one thread keeps. */
const MOST_CHARACTERS = 4 * 1024 ** 2;

/** The versions of resources that one thread has got. Source: JMeter's CacheManager.java, without the use of Expires. */
export class VersionCache {
  readonly #maxSize: number;
  #characters = 0;
  readonly #entries = new Map<string, Entry>();

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  forget(): void {
    this.#characters = 0;
    this.#entries.clear();
  }

  /**
   * Whether the thread has got more versions than JMeter remembers, or more text than qbl keeps in memory. JMeter forgets
   * some versions if they are too many.
   */
  get isTooFull(): boolean {
    return this.#entries.size > this.#maxSize || this.#characters > MOST_CHARACTERS;
  }

  /** Returns the headers that ask for a newer version. */
  headersFor(request: CachedRequest): readonly (readonly [name: string, value: string])[] {
    const entry = this.#entryOf(request);
    return [
      ...(entry?.lastModified == null ? [] : [['If-Modified-Since', entry.lastModified] as const]),
      ...(entry?.etag == null ? [] : [['If-None-Match', entry.etag] as const]),
    ];
  }

  /** Remembers the version of a response. A version without Vary does not replace an earlier one. */
  store(request: CachedRequest, status: number, headers: Headers): void {
    const last = (name: string) => headerValues(headers, name).at(-1) ?? null;
    const vary = last('vary');
    const isCacheable = (status >= 200 && status <= 299) || status === 304;
    if (request.method !== 'GET' || !isCacheable || vary === '*' || this.isTooFull) return;
    const [lastModified, etag] = [last('last-modified'), last('etag')];
    const said = [lastModified, etag, last('expires'), last('cache-control')];
    if (said.every((value) => value === null || value === '')) return;
    const { url } = request;
    const entry = { lastModified, etag, vary: null };
    this.#characters += url.length + said.concat(vary).reduce((sum, value) => sum + (value?.length ?? 0), 0);
    if (vary !== null) {
      this.#entries.set(url, { ...entry, vary });
      this.#entries.set(varyKey(url, vary, sentHeaders(request)), entry);
    } else if (!this.#entries.has(url)) this.#entries.set(url, entry);
  }

  #entryOf(request: CachedRequest): Entry | undefined {
    const entry = this.#entries.get(request.url);
    if (entry === undefined || entry.vary === null) return entry;
    return this.#entries.get(varyKey(request.url, entry.vary, knownHeaders(request)));
  }
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** The headers of a request that JMeter knows before it sends the request. */
function knownHeaders({ headers, closes }: CachedRequest): Pairs {
  const connection = ['Connection', closes ? 'close' : 'keep-alive'] as const;
  return [connection, ...pairsOf(headers)];
}

/**
 * The headers that JMeter looks at after the response. JMeter leaves out Cookie, and knows the headers that HttpClient
 * has added. Only the existence of an added header matters, because it is missing before the next request.
 */
function sentHeaders(request: CachedRequest): Pairs {
  const known = knownHeaders(request).filter(([name]) => name.toLowerCase() !== 'cookie');
  const added = ['Host', 'User-Agent', ...(request.isAuthorized ? ['Authorization'] : [])];
  const missing = added.filter(
    (name) => !known.some(([other]) => other.toLowerCase() === name.toLowerCase()),
  );
  return [...known, ...missing.map((name) => [name, ''] as const)];
}

function pairsOf(headers: readonly string[]): Pairs {
  return headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ''] as const] : []));
}

function varyKey(url: string, vary: string, headers: Pairs): string {
  const names = [...new Set(vary.split(/,\s*/))].toSorted();
  const values = names.map((name) => [
    name,
    headers.flatMap(([other, value]) => (other === name ? [value] : [])),
  ]);
  return `vary-${vary}-${JSON.stringify(values)}-${url}`;
}
