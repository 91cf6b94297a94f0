import { type Mutation, mutationsProvenBy, OUTCOME } from './mutation.ts';

const mutation = mutationsProvenBy(OUTCOME, 'src/samples/outcome.ts');

/** Mutations of the rules that decide whether a message is acked, rejected or indeterminate. */
export const outcomes: readonly Mutation[] = [
  mutation('a status of 200 is acked', 'status >= 200 && status <= 299', 'status > 200 && status <= 299'),
  mutation('1xx is not acked', 'status >= 200 && status <= 299', 'status <= 299'),
  mutation('a status of 299 is acked', 'status >= 200 && status <= 299', 'status >= 200 && status <= 298'),
  mutation('a redirect is not acked', 'status >= 200 && status <= 299', 'status >= 200 && status <= 399'),
  mutation('a code of four digits is not a status', '/^\\d{3}$/', '/^\\d+$/'),
  ...[400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 429].map((status) =>
    mutation(`${status} is a definite no`, ` ${status},`, ''),
  ),
  mutation('431 is a definite no', '429, 431', '429'),
  mutation('408 is not a definite no', ' 411, 413', ' 408, 411, 413'),
  mutation('500 is not a definite no', '429, 431', '429, 431, 500'),
  mutation('--rejected-status changes outcomes', ' || rejectedStatuses.has(status)', ''),
  mutation(
    'the outcome that the sender wrote counts',
    "outcome === 'unreadable' ? 'indeterminate' : outcome",
    "'acked'",
  ),
  mutation(
    'an unreadable outcome is never acked',
    "outcome === 'unreadable' ? 'indeterminate'",
    "outcome === 'unreadable' ? 'acked'",
  ),
  mutation(
    'a 503 without the reason phrase is not a definite no',
    ' && responseMessage === NOT_ENQUEUED',
    '',
  ),
  mutation(
    '503 Not Enqueued is a definite no',
    "NOT_ENQUEUED) return 'rejected'",
    "NOT_ENQUEUED) return 'acked'",
  ),
  mutation('a 200 with the reason phrase Not Enqueued is not a definite no', 'status >= 400 && ', ''),
  mutation('a 2xx that the sender counts as a failure is not acked', 'return isComplete && ', 'return '),
  mutation('a 2xx that took too long is acked', 'success || hasFailedFigure(answered)', 'success'),
  mutation(
    'another failed assertion is not acked',
    'hasFailedFigure(answered)',
    "(answered.failureMessage ?? '') !== ''",
  ),
  ...[
    'HttpHostConnectException',
    'UnknownHostException',
    'ConnectTimeoutException',
    'BindException',
    'NoRouteToHostException',
    'SSLHandshakeException',
  ].map((name) => mutation(`${name} comes before the first byte`, `.${name}'`, `.Not${name}'`)),
  mutation(
    'a reset may come after the message was stored',
    "'java.net.BindException',",
    "'java.net.BindException', 'java.net.SocketException',",
  ),
  mutation(
    'a time-out may come after the message was stored',
    "'java.net.BindException',",
    "'java.net.BindException', 'java.net.SocketTimeoutException',",
  ),
];
