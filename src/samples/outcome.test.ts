import { describe, expect, it } from 'vitest';
import { isSuccessStatus, outcomeOf } from './outcome.ts';

const exception = (name: string): string => `Non HTTP response code: ${name}`;

describe('outcomeOf', () => {
  it('takes every 2xx as acked', () => {
    for (const code of ['200', '202', '204', '299']) expect(outcomeOf(code, '')).toBe('acked');
  });

  it('takes what a server refuses before acting on it as rejected', () => {
    for (const code of ['400', '401', '403', '404', '405', '411', '413', '414', '415', '422', '429', '431']) {
      expect(outcomeOf(code, 'whatever')).toBe('rejected');
    }
  });

  it('takes redirects, other errors and what is no status as indeterminate', () => {
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

  it('tells a 503 of qbl serve from that of a gateway by its reason phrase', () => {
    expect(outcomeOf('503', 'Not Enqueued')).toBe('rejected');
    expect(outcomeOf('503', 'Service Unavailable')).toBe('indeterminate');
    expect(outcomeOf('500', 'Not Enqueued')).toBe('indeterminate');
  });

  it('takes exceptions before the first byte as rejected, all others as indeterminate', () => {
    expect(outcomeOf(exception('org.apache.http.conn.HttpHostConnectException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.UnknownHostException'), '')).toBe('rejected');
    expect(outcomeOf(exception('org.apache.http.conn.ConnectTimeoutException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.BindException'), '')).toBe('rejected');
    expect(outcomeOf(exception('java.net.NoRouteToHostException'), '')).toBe('rejected');
    expect(outcomeOf(exception('javax.net.ssl.SSLHandshakeException'), '')).toBe('rejected');
    expect(outcomeOf(exception('javax.net.ssl.SSLException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.net.SocketTimeoutException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('java.net.SocketException'), '')).toBe('indeterminate');
    expect(outcomeOf(exception('org.apache.http.NoHttpResponseException'), '')).toBe('indeterminate');
  });

  it('takes further statuses as rejected when told so', () => {
    expect(outcomeOf('409', '', new Set([409]))).toBe('rejected');
    expect(outcomeOf('200', '', new Set([200]))).toBe('acked');
  });
});

describe('isSuccessStatus', () => {
  it('is true from 200 to 399', () => {
    expect([199, 200, 302, 399, 400].map(isSuccessStatus)).toEqual([false, true, true, true, false]);
  });
});
