import { isIPv6 } from 'node:net';
import { reasonOf } from '../../error.ts';
import { NON_HTTP_CODE, NON_HTTP_MESSAGE } from '../../samples/outcome.ts';
import { isMissedBody } from '../wire/odd-responses.ts';
import type { Origin } from '../wire/origin.ts';
import { ConnectionEndedError } from '../wire/wire.ts';

/** A failure of a request without a complete response, in the words that JMeter uses. */
export interface Failure {
  readonly responseCode: string;
  readonly responseMessage: string;
}

/** The response did not end within the request's time-out. */
export class ResponseTimeoutError extends Error {}
/** qbl closed the connection, because the run must stop at once. */
export class InterruptedError extends Error {}

/** The part of the response that had arrived before the failure. */
export interface Received {
  readonly bytes: number;
  readonly headers: boolean;
  readonly bodyBytes: number;
  /** The value of the response's Content-Length header. Null if the response has no such header. */
  readonly contentLength: number | null;
}

/**
 * Describes a failure before the request was written. Only such a failure proves that the message was
 * rejected. The texts are those of JMeter 5.6.3 with HttpClient4 (HttpHostConnectException.java,
 * ConnectTimeoutException.java).
 */
export function connectFailure(error: Error, origin: Origin): Failure {
  const code = codeOf(error);
  const failed = `Connect to ${origin.hostname}:${origin.port}${addressesOf(error, origin)} failed: `;
  switch (code) {
    case 'ECONNREFUSED':
      return failure('org.apache.http.conn.HttpHostConnectException', `${failed}Connection refused`);
    case 'ENETUNREACH':
      return failure('org.apache.http.conn.HttpHostConnectException', `${failed}Network is unreachable`);
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return failure('java.net.NoRouteToHostException', 'No route to host');
    case 'ENOTFOUND':
      return failure('java.net.UnknownHostException', `${origin.hostname}: Name or service not known`);
    case 'EAI_AGAIN':
      return failure(
        'java.net.UnknownHostException',
        `${origin.hostname}: Temporary failure in name resolution`,
      );
    case 'ETIMEDOUT':
      return failure('org.apache.http.conn.ConnectTimeoutException', `${failed}Connect timed out`);
    case 'EADDRNOTAVAIL':
      return failure('java.net.BindException', 'Cannot assign requested address');
    case 'EADDRINUSE':
      return failure('java.net.BindException', 'Address already in use');
    case 'EMFILE':
    case 'ENFILE':
      return failure('java.net.BindException', 'Too many open files');
    default:
      return unconnected(error, origin, failed);
  }
}

/** TCP did not connect, or the TLS handshake failed. */
function unconnected(error: Error, { secure }: Origin, failed: string): Failure {
  if (error instanceof InterruptedError) return brokenConnection(error);
  const text = codeOf(error) === 'ECONNRESET' ? 'Connection reset' : reasonOf(error);
  return secure
    ? failure('javax.net.ssl.SSLHandshakeException', text)
    : failure('org.apache.http.conn.HttpHostConnectException', failed + text);
}

/**
 * Describes a failure after the first byte may have been written. Such a failure never proves a rejection.
 */
export function exchangeFailure(error: Error, origin: Origin, received: Received): Failure {
  const code = codeOf(error);
  if (error instanceof ResponseTimeoutError)
    return failure('java.net.SocketTimeoutException', 'Read timed out');
  if (error instanceof ConnectionEndedError) return closed(origin, received);
  if (isMissedBody(error)) return malformed(received);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return headersTooLarge();
  if (code === 'UND_ERR_SOCKET' && !error.message.startsWith('bad ')) return closed(origin, received);
  // For some malformed responses, such as a status below 100, undici throws an assertion error.
  const isParsing = error.name === 'HTTPParserError' || code === 'ERR_ASSERTION';
  if (code.startsWith('UND_ERR_') || isParsing) return malformed(received);
  return brokenConnection(error);
}

function brokenConnection(error: Error): Failure {
  if (error instanceof InterruptedError) return failure('java.net.SocketException', 'Socket closed');
  switch (codeOf(error)) {
    case 'ECONNRESET':
      return failure('java.net.SocketException', 'Connection reset');
    case 'EPIPE':
      return failure('java.net.SocketException', 'Broken pipe');
    case 'ETIMEDOUT':
      return failure('java.net.SocketException', 'Connection timed out');
    default:
      return failure('java.net.SocketException', reasonOf(error));
  }
}

function closed(origin: Origin, received: Received): Failure {
  if (received.bytes > 0) return malformed(received);
  return failure(
    'org.apache.http.NoHttpResponseException',
    `${origin.hostname}:${origin.port} failed to respond`,
  );
}

/**
 * undici's parser reports the same errors for a body that ends too early and for a head that is not valid. If headers
 * arrived, the body ended too early. If not, the head is not valid.
 */
function malformed(received: Received): Failure {
  return received.headers
    ? cutOff(received)
    : failure('org.apache.http.client.ClientProtocolException', 'null');
}

/** The text of HttpCore's SessionInputBufferImpl for a response head that is longer than the limit. */
function headersTooLarge(): Failure {
  return failure('org.apache.http.MessageConstraintException', 'Maximum header length limit exceeded');
}

/** The texts of HttpCore's ContentLengthInputStream and ChunkedInputStream. */
function cutOff({ contentLength, bodyBytes }: Received): Failure {
  return failure(
    'org.apache.http.ConnectionClosedException',
    contentLength === null
      ? 'Premature end of chunk coded message body: closing chunk expected'
      : `Premature end of Content-Length delimited message body (expected: ${contentLength}; received: ${bodyBytes})`,
  );
}

/** Writes an exception as JMeter does. Source: HTTPSamplerBase.errorResult. */
export function failure(exception: string, message: string): Failure {
  return { responseCode: NON_HTTP_CODE + exception, responseMessage: NON_HTTP_MESSAGE + message };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * Writes addresses as Java does: ` [localhost/127.0.0.1, localhost/0:0:0:0:0:0:0:1]`. The text is empty if no address
 * is known.
 */
function addressesOf(error: Error, { hostname }: Origin): string {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const addresses = errors.flatMap((each) =>
    each instanceof Error && 'address' in each && typeof each.address === 'string' ? [each.address] : [],
  );
  const name = addresses.includes(hostname) ? '' : hostname;
  const shown = addresses.map((address) => `${name}/${isIPv6(address) ? expandIPv6(address) : address}`);
  return shown.length === 0 ? '' : ` [${shown.join(', ')}]`;
}

function expandIPv6(address: string): string {
  const [head = '', tail] = address.split('::');
  if (tail === undefined) return address;
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after].join(':');
}
