/** What a response tells about the message: it is there, it is not there, nobody can say. */
export type Outcome = 'acked' | 'rejected' | 'indeterminate';

/** The reason phrase by which `qbl serve` says, with an error of any status, that the queue does not have the message. */
export const NOT_ENQUEUED = 'Not Enqueued';

/** Statuses by which a server refuses a request before it acts on it (RFC 9110, RFC 6585). */
const REJECTING_STATUSES: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 429, 431,
]);

/** Exceptions of JMeter's HttpClient4 that precede the first byte of the request. */
const NEVER_SENT = [
  'org.apache.http.conn.HttpHostConnectException',
  'java.net.UnknownHostException',
  'org.apache.http.conn.ConnectTimeoutException',
  'java.net.BindException',
  'java.net.NoRouteToHostException',
  // Java throws it only while the server has not accepted the handshake, and so has read no request.
  'javax.net.ssl.SSLHandshakeException',
];

export const NON_HTTP_CODE = 'Non HTTP response code: ';
export const NON_HTTP_MESSAGE = 'Non HTTP response message: ';

/** What a sender wrote of the response. */
export interface Answered {
  readonly responseCode: string;
  readonly responseMessage: string;
  /** By the sender's own judgement: the response came whole, and no assertion of its plan failed. */
  readonly success: boolean;
}

/**
 * The outcome of a sample. A success that the sender itself takes for a failure is neither: its body broke off, or an
 * assertion says that it was no yes.
 * @param rejectedStatuses further statuses that mean a definite no at the user's endpoint
 */
export function outcomeOf(
  { responseCode, responseMessage, success }: Answered,
  rejectedStatuses: ReadonlySet<number> = new Set(),
): Outcome {
  if (responseCode.startsWith(NON_HTTP_CODE)) {
    return NEVER_SENT.includes(responseCode.slice(NON_HTTP_CODE.length)) ? 'rejected' : 'indeterminate';
  }
  if (!/^\d{3}$/.test(responseCode)) return 'indeterminate';
  const status = Number(responseCode);
  if (REJECTING_STATUSES.has(status) || rejectedStatuses.has(status)) return 'rejected';
  if (status >= 400 && responseMessage === NOT_ENQUEUED) return 'rejected';
  return success && status >= 200 && status <= 299 ? 'acked' : 'indeterminate';
}

/** JMeter's idea of success, which differs from acked: HTTPSamplerBase.isSuccessCode, 200 to 399. */
export function isSuccessStatus(status: number): boolean {
  return status >= 200 && status <= 399;
}
