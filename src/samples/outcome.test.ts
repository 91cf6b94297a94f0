import { describe, expect, it } from 'vitest';
import { isSuccessStatus, type Outcome, outcomeOf as outcomeOfAnswer, recurringOutcome } from './outcome.ts';

const outcomeOf = (responseCode: string, responseMessage: string, rejected?: ReadonlySet<number>): Outcome =>
  outcomeOfAnswer(
    { responseCode, responseMessage, success: isSuccessStatus(Number(responseCode)) },
    rejected,
  );
const exception = (name: string): string => `Non HTTP response code: ${name}`;

describe('outcomeOf', () => {
  it('treats every 2xx status as acked', () => {
    for (const code of ['200', '202', '204', '299']) expect(outcomeOf(code, '')).toBe('acked');
  });

  it('treats a refusal before the server acts as rejected', () => {
    for (const code of ['400', '401', '403', '404', '405', '411', '413', '414', '415', '422', '429', '431']) {
      expect(outcomeOf(code, 'whatever')).toBe('rejected');
    }
  });

  it('does not treat a 1xx status as acked, even if the sender counts it as a success', () => {
    const interim = { responseCode: '199', responseMessage: '', success: true };
    expect(outcomeOfAnswer(interim)).toBe('indeterminate');
  });

  it('treats redirects, other errors and invalid statuses as indeterminate', () => {
    for (const code of [
      '301',
      '304',
      '408',
      '409',
      '500',
      '502',
      '503',
      '504',
      '100',
      '',
      '2000',
      '0200',
      'OK',
    ]) {
      expect(outcomeOf(code, '')).toBe('indeterminate');
    }
  });

  it('treats an error with the phrase Not Enqueued as rejected, and any other 502 or 503 as indeterminate', () => {
    for (const code of ['413', '500', '502', '503']) expect(outcomeOf(code, 'Not Enqueued')).toBe('rejected');
    expect(outcomeOf('503', 'Service Unavailable')).toBe('indeterminate');
    expect(outcomeOf('502', 'Bad Gateway')).toBe('indeterminate');
    expect(outcomeOf('200', 'Not Enqueued')).toBe('acked');
  });

  it('treats a 2xx that the sender counts as a failure as indeterminate', () => {
    expect(outcomeOfAnswer({ responseCode: '200', responseMessage: 'OK', success: false })).toBe(
      'indeterminate',
    );
    expect(outcomeOfAnswer({ responseCode: '400', responseMessage: '', success: true })).toBe('rejected');
  });

  it('is not changed by a failed assertion on time or size, which JMeter evaluates after the whole response', () => {
    const failureMessage =
      'The operation lasted too long: It took 1,234 milliseconds, but should not have lasted longer than 20 milliseconds.';
    const failed = { responseMessage: '', success: false, failureMessage };
    expect(outcomeOfAnswer({ ...failed, responseCode: '200' })).toBe('acked');
    const size = 'The result was the wrong size: It was 2 bytes, but should have been equal to 1,000 bytes.';
    expect(outcomeOfAnswer({ ...failed, responseCode: '200', failureMessage: size })).toBe('acked');
    expect(outcomeOfAnswer({ ...failed, responseCode: '302' })).toBe('indeterminate');
    expect(outcomeOfAnswer({ ...failed, responseCode: '404' })).toBe('rejected');
    const timedOut = { ...failed, responseCode: exception('java.net.SocketTimeoutException') };
    expect(outcomeOfAnswer(timedOut)).toBe('indeterminate');
    const recurring = recurringOutcome(outcomeOfAnswer);
    const unexplained = { ...failed, responseCode: '200', failureMessage: '' };
    expect([unexplained, { ...failed, responseCode: '200' }, unexplained].map(recurring)).toEqual([
      'indeterminate',
      'acked',
      'indeterminate',
    ]);
  });

  it.each([
    'Test failed: text expected to contain /"status":"ok"/',
    "Value in json path '$.status' expected to be 'ok', but found 'error'",
    'The operation lasted too long',
    'The result was the wrong size: It was refused',
  ])('is unknown if an assertion failed that may have seen a refusal in the body: %s', (failureMessage) => {
    const failed = { responseCode: '200', responseMessage: 'OK', success: false, failureMessage };
    expect(outcomeOfAnswer(failed)).toBe('indeterminate');
  });

  it('treats exceptions before the first byte as rejected, and all others as indeterminate', () => {
    expect(outcomeOf(exception('org.apache.http.conn.HttpHostConnectException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.UnknownHostException'), '')).toBe('rejected');
    expect(outcomeOf(exception('org.apache.http.conn.ConnectTimeoutException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.BindException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.NoRouteToHostException'), '')).toBe('rejected');
    // A redirect can have a wrong URL too, after the server got the message.
    expect(outcomeOf(exception('java.net.URISyntaxException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.net.MalformedURLException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.lang.IllegalArgumentException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('javax.net.ssl.SSLHandshakeException'), '')).toBe('rejected');
    expect(outcomeOf(exception('javax.net.ssl.SSLException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.net.SocketTimeoutException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.net.SocketException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('org.apache.http.NoHttpResponseException'), '')).toBe('indeterminate');
  });

  it('treats the additional statuses of the caller as rejected', () => {
    expect(outcomeOf('409', '', new Set([409]))).toBe('rejected');
    expect(outcomeOf('202', '', new Set([202]))).toBe('rejected');
    expect(outcomeOf('200', '', new Set([202]))).toBe('acked');
  });

  it('is the outcome that the sender wrote, whatever the response and --rejected-status say', () => {
    const answered = { responseCode: '200', responseMessage: 'OK', success: true };
    expect(outcomeOfAnswer({ ...answered, outcome: 'rejected' })).toBe('rejected');
    expect(outcomeOfAnswer({ ...answered, outcome: 'indeterminate' })).toBe('indeterminate');
    expect(outcomeOfAnswer({ ...answered, responseCode: '503', outcome: 'acked' })).toBe('acked');
    expect(outcomeOfAnswer({ ...answered, outcome: 'acked' }, new Set([200]))).toBe('acked');
    expect(outcomeOfAnswer({ ...answered, outcome: 'unreadable' })).toBe('indeterminate');
  });
});

describe('isSuccessStatus', () => {
  it('is true from 200 to 399', () => {
    expect([199, 200, 302, 399, 400].map(isSuccessStatus)).toEqual([false, true, true, true, false]);
  });
});
