import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headersOf, plainHead } from './plain-head.ts';

interface Parsed {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly string[];
  readonly bodyBytes: number;
}

/** Returns the response as Node's own parser reads it. Null if that parser reports an error. */
function byNode(response: Buffer): Promise<Parsed | null> {
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve) => {
    request({ method: 'POST', createConnection: () => stream as Socket })
      .on('error', () => resolve(null))
      .on('response', (answer) => {
        let bodyBytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bodyBytes += chunk.length;
        });
        answer.on('error', () => resolve(null));
        answer.on('end', () => {
          const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders: headers } = answer;
          resolve({ status, statusText, headers, bodyBytes });
        });
      })
      .end();
    stream.push(response);
    stream.push(null);
  });
}

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

describe('plainHead', () => {
  it('reads the head of a usual response', () => {
    const text =
      'HTTP/1.1 503 Not Enqueued\r\nX-Powered-By: Express\r\nContent-Length: 12\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n';
    const head = plainHead(Buffer.from(`${text}not enqueued`));
    expect(head).toMatchObject({
      status: 503,
      statusText: 'Not Enqueued',
      bodyBytes: 12,
      keepAliveMs: 4_500,
    });
    expect(head?.headBytes).toBe(text.length);
    expect(
      headersOf(head?.fieldLines ?? '')
        .map(String)
        .slice(0, 2),
    ).toEqual(['X-Powered-By', 'Express']);
  });

  it('knows how long the connection can be used', () => {
    const keepAliveMs = (fields: string) =>
      plainHead(Buffer.from(plain.replace('\r\n\r\n', `\r\n${fields}\r\n\r\n`)))?.keepAliveMs;
    expect(keepAliveMs('X: y')).toBe(Number.POSITIVE_INFINITY);
    expect(keepAliveMs('connection: Close')).toBe(0);
    expect(keepAliveMs('Keep-Alive: max=5, timeout=2')).toBe(1_500);
    expect(keepAliveMs('Keep-Alive: timeout=0')).toBe(0);
  });

  it('leaves to a full parser what it does not know', () => {
    const odd = [
      plain.slice(0, plain.indexOf('\r\n\r\n') + 2),
      plain.replace('1.1', '1.0'),
      plain.replace('200', '100'),
      plain.replace('200', '204'),
      plain.replace('200', '304'),
      plain.replace('200 OK', '200'),
      plain.replace('Content-Length: 2', 'Transfer-Encoding: chunked'),
      plain.replace('Content-Length: 2', 'X: 2'),
      plain.replace('Length: 2', 'Length: +2'),
      plain.replace('Length: 2', 'Length: 2, 2'),
      plain.replace('\r\n\r\n', '\r\nContent-Length: 2\r\n\r\n'),
      plain.replace('\r\n\r\n', '\r\nConnection: upgrade\r\n\r\n'),
      plain.replace('\r\n\r\n', '\r\nUpgrade: h2c\r\n\r\n'),
      plain.replace('\r\n\r\n', '\r\nX: a\r\n b\r\n\r\n'),
      plain.replace('\r\n\r\n', '\r\nX : a\r\n\r\n'),
      plain.replace('\r\n\r\n', '\nX: a\r\n\r\n'),
      plain.replace('OK', 'OK\0'),
      `\r\n${plain}`,
      'SSH-2.0-OpenSSH_9.6\r\n\r\n',
    ];
    for (const text of odd) expect(plainHead(Buffer.from(text, 'latin1')), JSON.stringify(text)).toBeNull();
  });

  it('is not held up by a long row of spaces', () => {
    const text = plain.replace('\r\n\r\n', `\r\nX: ${' '.repeat(1_000_000)}\x80\r\n\r\n`);
    expect(plainHead(Buffer.from(text, 'latin1'))).toBeNull();
  });

  it("agrees with Node's parser wherever it is sure", async () => {
    const name = fc.constantFrom(
      'Content-Length',
      'content-length',
      'Connection',
      'Keep-Alive',
      'X-A',
      'Date',
      'x b',
    );
    const value = fc.oneof(
      fc.constantFrom(
        '0',
        '3',
        '03',
        '3 ',
        '-1',
        '1e1',
        'close',
        'keep-alive',
        'close, x',
        'timeout=5',
        '\tx',
        'é',
        '',
      ),
      fc.string({ maxLength: 8 }),
    );
    const field = fc
      .tuple(
        name,
        fc.constantFrom(': ', ':', ' : ', ':\t'),
        value,
        fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
      )
      .map((parts) => parts.join(''));
    const length = fc.constantFrom('Content-Length: 3\r\n', 'Content-Length: 0\r\n', '');
    const reason = fc.oneof(fc.constantFrom('OK', 'Not Enqueued', ''), fc.string({ maxLength: 8 }));
    const response = fc
      .tuple(
        fc.constantFrom('200', '201', '404', '503', '199', '204', '700'),
        reason,
        length,
        fc.array(field, { maxLength: 4 }),
      )
      .map(([status, text, own, fields]) => `HTTP/1.1 ${status} ${text}\r\n${own}${fields.join('')}\r\nabc`);
    await fc.assert(
      fc.asyncProperty(response, async (text) => {
        const bytes = Buffer.from(text, 'latin1');
        const head = plainHead(bytes);
        // Skips random responses that `plainHead` does not accept.
        fc.pre(head !== null && head.headBytes + head.bodyBytes <= bytes.length);
        const whole = bytes.subarray(0, head.headBytes + head.bodyBytes);
        expect(await byNode(whole)).toEqual({
          status: head.status,
          statusText: head.statusText,
          headers: headersOf(head.fieldLines).map((part) => part.toString('latin1').trimEnd()),
          bodyBytes: head.bodyBytes,
        });
      }),
      { numRuns: 400 },
    );
  });
});
