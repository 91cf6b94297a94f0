import { keepAliveMsOf } from './keep-alive.ts';

/** The head of a plain response. The body of a plain response has a known length. */
export interface PlainHead {
  readonly status: number;
  readonly statusText: string;
  /** Length of the head in bytes, with the empty line at its end. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** How long the connection can be used again. 0 if the server closes it after this response. */
  readonly keepAliveMs: number;
  /** The header lines, each with its line break. */
  readonly fieldLines: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d) ([\t -~]*)\r\n/;
/**
 * A header line without line folding (RFC 9112, section 5). A value starts with a visible character, so that each space
 * can match in one way only. Otherwise a long row of spaces would take quadratic time.
 */
const FIELD = /([!#$%&'*+.^_`|~\w-]+):[ \t]*((?:[!-~][\t -~]*)?)\r\n/gy;
/** Maximum number of digits in Content-Length. JavaScript cannot represent longer values exactly. */
const LENGTH = /^\d{1,15}$/;
const CONNECTION = /^(?:close|keep-alive)$/i;
/** Responses with these statuses have no body, even with a Content-Length (RFC 9110, section 8.6). */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['204', '304']);

/**
 * Parses the head at the start of the bytes. Returns null if the head is not complete, or if anything in it is unusual.
 * Only a full HTTP parser can read unusual heads correctly, so this parser accepts only simple heads.
 */
export function plainHead(bytes: Buffer): PlainHead | null {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const headBytes = end + HEAD_END.length;
  const text = bytes.toString('latin1', 0, headBytes - 2);
  const [line, status = '', statusText = ''] = STATUS_LINE.exec(text) ?? [];
  if (line === undefined || WITHOUT_BODY.has(status)) return null;
  const framing = framingOf(text, line.length);
  if (framing === null) return null;
  return { status: Number(status), statusText, headBytes, ...framing, fieldLines: text.slice(line.length) };
}

type Framing = Pick<PlainHead, 'bodyBytes' | 'keepAliveMs'>;

function framingOf(text: string, from: number): Framing | null {
  let bodyBytes = -1;
  let isClosed = false;
  let keepAlive: string | null = null;
  FIELD.lastIndex = from;
  while (FIELD.lastIndex < text.length) {
    const [, name = '', value = ''] = FIELD.exec(text) ?? [];
    switch (name.toLowerCase()) {
      case '':
      case 'transfer-encoding':
      case 'upgrade':
        return null;
      case 'content-length':
        if (bodyBytes >= 0 || !LENGTH.test(value)) return null;
        bodyBytes = Number(value);
        break;
      case 'connection':
        if (!CONNECTION.test(value)) return null;
        isClosed ||= value.length === 'close'.length;
        break;
      case 'keep-alive':
        keepAlive = value;
    }
  }
  return bodyBytes < 0 ? null : { bodyBytes, keepAliveMs: isClosed ? 0 : keepAliveMsOf(keepAlive) };
}

/** The names and values of the header lines, alternating. */
export function headersOf(fieldLines: string): Buffer[] {
  FIELD.lastIndex = 0;
  return [...fieldLines.matchAll(FIELD)].flatMap(([, name = '', value = '']) => [
    Buffer.from(name, 'latin1'),
    Buffer.from(value, 'latin1'),
  ]);
}
