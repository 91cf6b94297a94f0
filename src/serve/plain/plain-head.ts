import type { RequestHead } from '../ingest/ingest.ts';

/** The head of a plain request: `POST /send` with a body of known length, and nothing that needs a full HTTP parser. */
export interface PlainHead extends RequestHead {
  readonly bodyBytes: number;
}

const REQUEST_LINE = 'POST /send HTTP/1.1\r\n';
/**
 * A header line (RFC 9112, section 5) without tabs, which llhttp does not allow everywhere. A value starts with a visible
 * character, so that each space can match in one way only. Otherwise a long row of spaces would take quadratic time.
 */
const FIELD = /([!#$%&'*+.^_`|~\w-]+): *((?:[!-~][ -~]*)?)\r\n/y;
/**
 * Matches the values of Content-Length that are small enough. Longer values are larger than any body that
 * serve accepts.
 */
const LENGTH = /^\d{1,10}$/;
/** Headers that change how the connection or the body is read. llhttp reads Proxy-Connection like Connection. */
const UNUSUAL: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'proxy-connection',
  'http2-settings',
]);

/**
 * Parses a head, without its empty line. Null if anything in it is unusual. Node's parser (llhttp) then reads
 * the request. This parser accepts only what llhttp reads in the same way.
 */
export function plainHead(text: string): PlainHead | null {
  if (!text.startsWith(REQUEST_LINE)) return null;
  const headers: Record<string, string> = Object.create(null);
  const rawHeaders: string[] = [];
  FIELD.lastIndex = REQUEST_LINE.length;
  while (FIELD.lastIndex < text.length) {
    const [field, rawName = '', padded = ''] = FIELD.exec(text) ?? [];
    const name = rawName.toLowerCase();
    if (field === undefined || UNUSUAL.has(name) || name in headers) return null;
    const value = padded.trimEnd();
    headers[name] = value;
    rawHeaders.push(rawName, value);
  }
  const { host, connection = 'keep-alive', 'content-length': length = '' } = headers;
  if (host === undefined || connection.toLowerCase() !== 'keep-alive' || !LENGTH.test(length)) return null;
  return { url: '/send', headers, rawHeaders, bodyBytes: Number(length) };
}
