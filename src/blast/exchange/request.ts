import { validateHeaderName, validateHeaderValue } from 'node:http';
import { QblError } from '../../error.ts';
import type { Method, Request } from '../../plan/plan.ts';
import { type HideSecrets, hidingSecretsOf } from '../../runs/hide-secrets.ts';
import { maskedUrl } from '../../runs/secrets.ts';
import { type Origin, originOf } from '../wire/origin.ts';
import { asksToClose, type RequestHead, requestHead } from '../wire/request-text.ts';

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
}

/**
 * Throws QblError('usage') if the URL or a header cannot be sent.
 * @param redacted names of headers and URL parameters with secret values, in addition to the well-known ones
 */
export function targetRequest(request: Request, redacted: readonly string[] = []): TargetRequest {
  const url = parseUrl(request);
  for (const [name, value] of Object.entries(request.headers)) checkHeader(request, name, value);
  const headers = Object.entries(request.headers).flat();
  return {
    label: request.name,
    url: request.url,
    shownUrl: maskedUrl(request.url, redacted),
    hide: hidingSecretsOf(request, redacted),
    origin: originOf(url),
    method: request.method,
    head: requestHead(request.method, url.pathname + url.search, url.host, headers),
    closes: asksToClose(headers),
    headers,
    timeoutMs: request.timeoutMs,
    connectTimeoutMs: request.connectTimeoutMs ?? request.timeoutMs,
  };
}

function parseUrl({ name, url }: Request): URL {
  if (!URL.canParse(url)) throw new QblError('usage', `request '${name}': '${url}' is not a URL`);
  const parsed = new URL(url);
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  throw new QblError('usage', `request '${name}': '${url}' is neither http nor https`);
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
