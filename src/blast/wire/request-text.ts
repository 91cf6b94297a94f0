import type { Method } from '../../plan/plan.ts';

/**
 * The request line and all headers that do not depend on the body, each with its line break. Each character stands for
 * one byte.
 */
export type RequestHead = string;

/** A whole request, which is written to the socket in one call. */
export interface RequestText {
  readonly data: string | Buffer;
  /** Encoding of `data`, if `data` is a string. */
  readonly encoding: 'latin1' | 'utf8';
  readonly bytes: number;
}

/**
 * Methods for which a server expects a body. Requests with these methods have a Content-Length even without a body (RFC
 * 9110, section 8.6).
 */
const WITH_BODY: readonly Method[] = ['POST', 'PUT', 'PATCH'];
const ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the head of a request. If `headers` has a Connection, that line follows the line with `connection`, as in
 * JMeter (HTTPHC4Impl.java, setConnectionHeaders).
 * @param host value of the header Host, if `headers` has no Host
 * @param connection what the request asks the server to do with the connection
 * @param headers names and values, alternating
 */
export function requestHead(
  method: Method,
  path: string,
  host: string,
  connection: 'close' | 'keep-alive',
  headers: readonly string[],
): RequestHead {
  const lines = [`${method} ${path} HTTP/1.1`];
  const ownHost = headers.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  lines.push(`host: ${ownHost < 0 ? host : headers[ownHost + 1]}`);
  lines.push(`connection: ${connection}`);
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (name.toLowerCase() !== 'host') lines.push(`${name}: ${headers[at + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** True if the headers (names and values, alternating) tell the server to close the connection afterwards. */
export function asksToClose(headers: readonly string[]): boolean {
  return headers.some(
    (name, at) =>
      at % 2 === 0 &&
      name.toLowerCase() === 'connection' &&
      /(?:^|,)\s*close\s*(?:,|$)/i.test(headers[at + 1] ?? ''),
  );
}

/**
 * Writes a whole request.
 * @param body null if the request has no body
 */
export function requestText(method: Method, head: RequestHead, body: string | null): RequestText {
  const text = body ?? '';
  const bodyBytes = Buffer.byteLength(text);
  const hasLength = body !== null || WITH_BODY.includes(method);
  const start = hasLength ? `${head}content-length: ${bodyBytes}\r\n\r\n` : `${head}\r\n`;
  const bytes = start.length + bodyBytes;
  if (bodyBytes === text.length) return { data: start + text, encoding: 'latin1', bytes };
  if (ASCII.test(start)) return { data: start + text, encoding: 'utf8', bytes };
  return {
    data: Buffer.concat([Buffer.from(start, 'latin1'), Buffer.from(text)]),
    encoding: 'latin1',
    bytes,
  };
}
