import { validateHeaderName, validateHeaderValue } from 'node:http';
import { QblError } from '../../error.ts';
import { UnsentError } from '../../plan/language/java-url.ts';
import type { RequestManagers } from '../../plan/managers/managers.ts';
import type { Method, Plan, Request } from '../../plan/plan.ts';
import { headersOf } from '../../plan/template/headers.ts';
import { type HideSecrets, hidingSecretsOf } from '../../runs/hide-secrets.ts';
import { maskedUrl } from '../../runs/secrets.ts';
import { javaTarget } from '../java-urls/java-target.ts';
import { uriSyntaxMistake } from '../java-urls/java-uri.ts';
import { authorizationFor } from '../managers/authorization.ts';
import { type Origin, originOf } from '../wire/origin.ts';
import { asksToClose, type RequestHead, requestHead } from '../wire/request-text.ts';
import { type Failure, failure } from './failure.ts';

/**
 * Headers that belong to one connection (RFC 9110, 7.6.1; RFC 9112, 6). blast sets these headers itself, so a plan must
 * not set them.
 */
const CONNECTION_HEADERS = [
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

export type HeaderPair = readonly [name: string, value: string];

/** A request of the plan, parsed once so that sending needs no parsing. */
export interface TargetRequest {
  readonly label: string;
  readonly url: string;
  /** The URL with its secrets masked, for files and messages. */
  readonly shownUrl: string;
  /** Masks the secrets of this request in a text from the server. */
  readonly hide: HideSecrets;
  readonly origin: Origin;
  readonly method: Method;
  readonly head: RequestHead;
  /** True if the request asks the server to close the connection. */
  readonly closes: boolean;
  /** Names and values of headers, alternating, in the order of the plan. */
  readonly headers: readonly string[];
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /**
   * Returns the request that follows a redirect to a URL: GET or HEAD with the same headers, but without a body. Null if
   * redirects are not followed.
   */
  readonly redirected: ((url: string) => TargetRequest) | null;
  /** True if JMeter's HTTP client follows redirects itself. */
  readonly redirectsAutomatically: boolean;
  /** The managers that apply to the request. Null if there are none. */
  readonly managers: RequestManagers | null;
  /** Whether a manager of users knows a user for the URL. */
  readonly isAuthorized: boolean;
  /**
   * Returns the request with further valid headers, which a redirect does not have. They replace headers of the same
   * name.
   */
  readonly withHeaders: (headers: readonly HeaderPair[]) => TargetRequest;
  /** Why the request is not sent, as JMeter writes it into its samples. Null if the request is sent. */
  readonly unsent: Failure | null;
}

/**
 * Throws QblError('usage') if the URL or a header cannot be sent.
 * @param redacted names of headers and URL parameters with secret values, in addition to the well-known ones
 * @param earlierUrls the URLs that led to this request by redirects
 */
export function targetRequest(
  request: Request,
  redacted: readonly string[] = [],
  plan: Pick<Plan, 'javaUrls'> = {},
  earlierUrls: readonly string[] = [],
): TargetRequest {
  const url = parseUrl(request, plan, redacted);
  const path = plan.javaUrls === true ? javaTarget(request.url) : url.pathname + url.search;
  for (const [name, value] of Object.entries(request.headers)) checkHeader(request, name, value);
  const authorization = authorizationFor(request.url, request.managers?.authorizations ?? []);
  const maskedOnce = maskedUrl(request.url, redacted);
  const withOwn = (own: Request): HeadParts => {
    const pairs = withAuthorization(headersOf(own), authorization);
    const headers = pairs.flat();
    const secrets = { url: request.url, headers: Object.fromEntries(pairs) };
    const hide = hidingSecretsOf(secrets, redacted, earlierUrls);
    const connection = request.keepAlive === false ? 'close' : 'keep-alive';
    return {
      head: requestHead(request.method, path, url.host, connection, headers),
      closes: connection === 'close' || asksToClose(headers),
      headers,
      hide,
      shownUrl: earlierUrls.length === 0 ? maskedOnce : maskedUrl(hide(request.url), redacted),
    };
  };
  const target: TargetRequest = {
    ...withOwn(request),
    label: request.name,
    url: request.url,
    origin: originOf(url),
    method: request.method,
    timeoutMs: request.timeoutMs,
    connectTimeoutMs: request.connectTimeoutMs ?? request.timeoutMs,
    redirected:
      request.followRedirects === true
        ? (to) => targetRequest(redirectedTo(request, to), redacted, plan, [...earlierUrls, request.url])
        : null,
    redirectsAutomatically: request.redirectsAutomatically === true,
    managers: request.managers ?? null,
    isAuthorized: authorization !== null,
    withHeaders: (added) => {
      const headers = replaced(request.headers, added);
      return { ...target, ...withOwn({ ...request, headers }) };
    },
    unsent: null,
  };
  return target;
}

/** The parts of a request that depend on its headers. */
type HeadParts = Pick<TargetRequest, 'head' | 'closes' | 'headers' | 'hide' | 'shownUrl'>;

/**
 * Returns the request of one message whose URL got values while the test runs. JMeter sends no request if Java does not
 * accept its URL. The sample then fails.
 */
export function filledRequest(
  target: TargetRequest,
  request: Request,
  redacted: readonly string[],
  plan: Pick<Plan, 'javaUrls'>,
): TargetRequest {
  const { url } = request;
  const mistake = plan.javaUrls === true ? uriSyntaxMistake(url) : null;
  if (mistake === null) return targetRequest(request, redacted, plan);
  return unsentRequest(
    target,
    new UnsentError('java.net.URISyntaxException', mistake, url),
    request.name,
    redacted,
  );
}

/** Returns a request with which JMeter sends nothing. */
export function unsentRequest(
  target: TargetRequest,
  { exception, message, url }: UnsentError,
  name: string,
  redacted: readonly string[],
): TargetRequest {
  const shownUrl = url === null ? 'null' : maskedUrl(url, redacted);
  return {
    ...target,
    label: url === null ? '' : name,
    url: url ?? 'null',
    shownUrl,
    unsent: failure(exception, url === null ? message : message.replace(url, () => shownUrl)),
  };
}

/** HttpClient adds the user after all other headers, unless the request has a header Authorization already. */
function withAuthorization(
  headers: readonly HeaderPair[],
  authorization: string | null,
): readonly HeaderPair[] {
  if (authorization === null || headers.some(([name]) => name.toLowerCase() === 'authorization'))
    return headers;
  return [...headers, ['Authorization', authorization]];
}

function replaced(
  headers: Readonly<Record<string, string>>,
  added: readonly HeaderPair[],
): Record<string, string> {
  const same = (one: string) => added.find(([name]) => name.toLowerCase() === one.toLowerCase());
  const kept = Object.entries(headers).map((header) => same(header[0]) ?? header);
  return Object.fromEntries([...kept, ...added.filter((each) => !kept.includes(each))]);
}

/** Source: HTTPSamplerBase.java, computeMethodForRedirect. */
function redirectedTo({ bodyType: _, ...request }: Request, url: string): Request {
  return { ...request, url, method: request.method === 'HEAD' ? 'HEAD' : 'GET', body: null };
}

/** Stands for the server of a URL that is made for each message. */
const LATER = new URL('http://made-for-each-message.invalid/');

function parseUrl(
  { name, url }: Request,
  { javaUrls }: Pick<Plan, 'javaUrls'>,
  redacted: readonly string[],
): URL {
  if (javaUrls === true && url.startsWith('${')) return LATER;
  const shown = maskedUrl(url, redacted);
  if (!URL.canParse(url)) throw new QblError('usage', `request '${name}': '${shown}' is not a URL`);
  const parsed = new URL(url);
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  throw new QblError('usage', `request '${name}': '${shown}' is neither http nor https`);
}

function checkHeader(request: Request, name: string, value: string): void {
  if (CONNECTION_HEADERS.includes(name.toLowerCase())) {
    throw new QblError(
      'usage',
      `request '${request.name}': qbl sets the header ${name} itself: remove it from the plan`,
    );
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new QblError(
      'usage',
      `request '${request.name}': the name or value of the header ${name} is not valid in HTTP: correct it`,
      { cause },
    );
  }
}
