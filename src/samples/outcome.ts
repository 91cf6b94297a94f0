/**
 * What a response proves about its message. `acked`: the queue has the message. `rejected`: the queue does not have the
 * message. `indeterminate`: it is unknown whether the queue has the message.
 */
export type Outcome = (typeof OUTCOMES)[number];
export const OUTCOMES = ['acked', 'rejected', 'indeterminate'] as const;

/** The outcome in a row of a samples file. `unreadable`: the row has a word that names no outcome. */
export type WrittenOutcome = Outcome | 'unreadable';

/**
 * Reason phrase of an error response of `qbl serve`. It proves that the queue does not have the message, whatever the
 * status is.
 */
export const NOT_ENQUEUED = 'Not Enqueued';

/** Statuses with which a server refuses a request before it acts on it (RFC 9110, RFC 6585). */
export const REJECTING_STATUSES: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 429, 431,
]);

const NO_STATUSES: ReadonlySet<number> = new Set();

/** Exceptions of JMeter's HttpClient4 that happen before the first byte of the request is sent. */
export const NEVER_SENT: readonly string[] = [
  'org.apache.http.conn.HttpHostConnectException',
  'java.net.UnknownHostException',
  'org.apache.http.conn.ConnectTimeoutException',
  'java.net.BindException',
  'java.net.NoRouteToHostException',
  // Java throws SSLHandshakeException only before the server has accepted the handshake. So the server has read no
  // request.
  'javax.net.ssl.SSLHandshakeException',
];

/** The English texts of DurationAssertion.java and SizeAssertion.java. */
const FIGURE_TEXTS: readonly RegExp[] = [
  /^The operation lasted too long: It took \S+ milliseconds, but should not have lasted longer than \S+ milliseconds\.$/,
  /^The result was the wrong size: It was \S+ bytes, but should have [a-z ]+ \S+ bytes\.$/,
];

export const NON_HTTP_CODE = 'Non HTTP response code: ';
export const NON_HTTP_MESSAGE = 'Non HTTP response message: ';

export interface Answered {
  readonly responseCode: string;
  readonly responseMessage: string;
  /** The sender's own result: the response was complete, and no assertion of the plan failed. */
  readonly success: boolean;
  /** JMeter's text of the assertion that failed. Empty or absent if no assertion failed. */
  readonly failureMessage?: string;
  /** The outcome by the rules of the plan. Absent if the plan has no rules; then the response alone decides. */
  readonly outcome?: WrittenOutcome;
}

/**
 * Returns the outcome of a sample. The rules of the plan decide, or else the default rule. A 2xx response
 * that the sender counts as a failure is indeterminate: its body may have ended too early, or an assertion saw in the
 * body that the endpoint refused the message. Only a failed assertion on time or size proves neither, because JMeter
 * evaluates assertions after the whole response.
 * @param rejectedStatuses further statuses with which the user's endpoint refuses a message
 */
export function outcomeOf(answered: Answered, rejectedStatuses: ReadonlySet<number> = NO_STATUSES): Outcome {
  const { responseCode, success, outcome } = answered;
  if (outcome !== undefined) return outcome === 'unreadable' ? 'indeterminate' : outcome;
  const certain = certainOutcome(answered);
  if (certain !== null) return certain;
  const status = Number(responseCode);
  if (REJECTING_STATUSES.has(status) || rejectedStatuses.has(status)) return 'rejected';
  const isComplete = success || hasFailedFigure(answered);
  return isComplete && status >= 200 && status <= 299 ? 'acked' : 'indeterminate';
}

/** Whether JMeter's text says that the response took too long or had the wrong size. */
function hasFailedFigure({ failureMessage = '' }: Answered): boolean {
  return FIGURE_TEXTS.some((text) => text.test(failureMessage));
}

/**
 * Returns a function with the same results as `of`. Consecutive responses are often the same, and `of` is called only
 * for one that differs from the response before it.
 */
export function recurringOutcome(of: (answered: Answered) => Outcome): (answered: Answered) => Outcome {
  let last: Answered | null = null;
  let outcome: Outcome = 'indeterminate';
  return (answered) => {
    if (last === null || !isSameAnswer(last, answered)) outcome = of(answered);
    last = answered;
    return outcome;
  };
}

function isSameAnswer(a: Answered, b: Answered): boolean {
  const isSameResponse = a.responseCode === b.responseCode && a.responseMessage === b.responseMessage;
  return (
    isSameResponse &&
    a.success === b.success &&
    a.outcome === b.outcome &&
    hasFailedFigure(a) === hasFailedFigure(b)
  );
}

/**
 * Returns the outcome that no rule of a plan can change. Null for a complete response without the reason
 * phrase of `qbl serve`.
 */
export function certainOutcome({ responseCode, responseMessage }: Answered): Outcome | null {
  if (responseCode.startsWith(NON_HTTP_CODE)) {
    return NEVER_SENT.includes(responseCode.slice(NON_HTTP_CODE.length)) ? 'rejected' : 'indeterminate';
  }
  if (!/^\d{3}$/.test(responseCode)) return 'indeterminate';
  const status = Number(responseCode);
  if (status >= 400 && responseMessage === NOT_ENQUEUED) return 'rejected';
  return null;
}

/**
 * Whether JMeter counts the status as a success: 200 to 399. Such a success is not always acked. Source:
 * HTTPSamplerBase.isSuccessCode.
 */
export function isSuccessStatus(status: number): boolean {
  return status >= 200 && status <= 399;
}

/** Returns the response in the form that a user knows: `200 OK`, or an error message without JMeter's prefix. */
export function responseText(code: string, message: string): string {
  return (failureText(message) ?? `${code} ${message}`).trim();
}

/** Returns why a request got no response, from the message of its sample. Null if it got a response. */
export function failureText(message: string): string | null {
  return message.startsWith(NON_HTTP_MESSAGE) ? message.slice(NON_HTTP_MESSAGE.length) : null;
}
