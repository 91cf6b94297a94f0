import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { SendAnswer } from './answer.ts';

/**
 * Checks the headers of a request before its body is read. Returns null if they are valid, otherwise the answer that
 * refuses them.
 */
export function checkHeaders(headers: IncomingHttpHeaders, maxBodyBytes: number): SendAnswer | null {
  const transferEncoding = headers['transfer-encoding'];
  if (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked') {
    // Node decodes chunked bodies, but no other transfer coding. So refuse any other one (RFC 9112, section 6.1).
    return { status: 501, body: 'Use Transfer-Encoding: chunked, or no Transfer-Encoding.' };
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return unsupported('Send the body without a Content-Encoding.');
  }
  if (!isJsonType(headers['content-type'])) {
    return unsupported('Send JSON with Content-Type: application/json.');
  }
  return Number(headers['content-length'] ?? 0) > maxBodyBytes ? bodyTooLarge(maxBodyBytes) : null;
}

/** A valid body, without the byte order mark. */
export interface JsonBody {
  readonly json: unknown;
  readonly text: string;
}

/** The JSON of a valid body, or the answer to an invalid one. The queue gets the original bytes, not this JSON. */
export type CheckedBody =
  | ({ readonly kind: 'json' } & JsonBody)
  | { readonly kind: 'fault'; readonly answer: SendAnswer };

export function checkBody(body: Buffer): CheckedBody {
  if (body.length === 0) return fault('The body is empty; send JSON.');
  if (!isUtf8(body)) return fault('The body is not valid UTF-8.');
  try {
    const text = body.toString('utf8', markLength(body));
    return { kind: 'json', json: JSON.parse(text), text };
  } catch {
    return fault('The body is not valid JSON.');
  }
}

/**
 * Number of bytes of a byte order mark at the start of the body. A JSON parser may ignore the mark (RFC 8259,
 * section 8.1).
 */
function markLength(body: Buffer): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
}

export function bodyTooLarge(maxBodyBytes: number): SendAnswer {
  const isFull = maxBodyBytes === 0;
  const body = isFull
    ? 'The headers of the message leave no room for a body.'
    : `The body is larger than ${maxBodyBytes} bytes.`;
  return { status: 413, body };
}

/**
 * Returns true if the content type is `application/json` or ends in `+json` (RFC 6839). Its charset, if any,
 * must be UTF-8.
 */
function isJsonType(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (!/^application\/json$|^[\w.!#$&^+-]+\/[\w.!#$&^+-]+\+json$/.test(type)) return false;
  return parameters.filter((parameter) => parameter.startsWith('charset=')).every(isUtf8Charset);
}

function isUtf8Charset(parameter: string): boolean {
  return /^charset="?utf-?8"?$/.test(parameter);
}

function fault(body: string): CheckedBody {
  return { kind: 'fault', answer: { status: 400, body } };
}

function unsupported(body: string): SendAnswer {
  return { status: 415, headers: { Accept: 'application/json' }, body };
}
