import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../samples/outcome.ts';
import type { Failure, Received } from './failure.ts';
import { connectFailure, exchangeFailure, InterruptedError, ResponseTimeoutError } from './failure.ts';

const ORIGIN = { secure: false, hostname: 'localhost', port: 3056, url: 'http://localhost:3056' };
const NOTHING: Received = { bytes: 0, headers: false, bodyBytes: 0, contentLength: null };

function systemError(code: string, address?: string): Error {
  return Object.assign(new Error(`syscall ${code}`), { code }, address === undefined ? {} : { address });
}

function outcome(failure: Failure): string {
  return outcomeOf({ ...failure, success: false });
}

describe('connectFailure', () => {
  it("writes JMeter's texts", () => {
    expect(connectFailure(systemError('ECONNREFUSED', '127.0.0.1'), ORIGIN)).toEqual({
      responseCode: 'Non HTTP response code: org.apache.http.conn.HttpHostConnectException',
      responseMessage:
        'Non HTTP response message: Connect to localhost:3056 [localhost/127.0.0.1] failed: Connection refused',
    });
    expect(connectFailure(systemError('ENOTFOUND'), { ...ORIGIN, hostname: 'nosuch.invalid' })).toEqual({
      responseCode: 'Non HTTP response code: java.net.UnknownHostException',
      responseMessage: 'Non HTTP response message: nosuch.invalid: Name or service not known',
    });
  });

  it('names every tried address as Java writes it', () => {
    const both = new AggregateError([
      systemError('ECONNREFUSED', '127.0.0.1'),
      systemError('ECONNREFUSED', '::1'),
    ]);
    const failure = connectFailure(Object.assign(both, { code: 'ECONNREFUSED' }), ORIGIN);
    expect(failure.responseMessage).toContain('[localhost/127.0.0.1, localhost/0:0:0:0:0:0:0:1] failed');
    const literal = connectFailure(systemError('ECONNREFUSED', '127.0.0.1'), {
      ...ORIGIN,
      hostname: '127.0.0.1',
    });
    expect(literal.responseMessage).toContain('Connect to 127.0.0.1:3056 [/127.0.0.1] failed');
  });

  it('is a definite rejection if no connection was established', () => {
    for (const code of [
      'ECONNREFUSED',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'EADDRNOTAVAIL',
      'EADDRINUSE',
      'EMFILE',
      'ENFILE',
      'ECONNRESET',
      'EPROTO',
      'X',
    ]) {
      expect([code, outcome(connectFailure(systemError(code), ORIGIN))]).toEqual([code, 'rejected']);
      const secure = { ...ORIGIN, secure: true };
      expect([code, outcome(connectFailure(systemError(code), secure))]).toEqual([code, 'rejected']);
    }
  });
});

describe('exchangeFailure', () => {
  it('is never a definite rejection, even for error codes that are one before the request', () => {
    for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'EMFILE', 'ECONNRESET', 'EPIPE', 'X']) {
      expect([code, outcome(exchangeFailure(systemError(code), ORIGIN, NOTHING))]).toEqual([
        code,
        'indeterminate',
      ]);
    }
    for (const error of [new ResponseTimeoutError(), new InterruptedError()]) {
      expect(outcome(exchangeFailure(error, ORIGIN, NOTHING))).toBe('indeterminate');
    }
  });

  it("writes JMeter's texts for a write on a broken connection", () => {
    expect(exchangeFailure(systemError('EPIPE'), ORIGIN, NOTHING)).toEqual({
      responseCode: 'Non HTTP response code: java.net.SocketException',
      responseMessage: 'Non HTTP response message: Broken pipe',
    });
  });
});
