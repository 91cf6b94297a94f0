import { describe, expect, it } from 'vitest';
import type { Request } from '../../plan/plan.ts';
import { targetRequest } from './request.ts';

function request(changes: Partial<Request>): Request {
  return {
    name: 'send',
    url: 'http://localhost:3000/send',
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs: 0,
    ...changes,
  };
}

describe('targetRequest', () => {
  it('splits a URL into its parts', () => {
    expect(targetRequest(request({ url: 'https://[::1]/a b?c=d' }))).toMatchObject({
      head: expect.stringMatching(/^POST \/a%20b\?c=d HTTP\/1\.1\r\n/),
      origin: { secure: true, hostname: '::1', port: 443, url: 'https://[::1]' },
    });
    expect(targetRequest(request({ url: 'http://example.com:8080' }))).toMatchObject({
      head: expect.stringMatching(/^POST \/ HTTP\/1\.1\r\nhost: example\.com:8080\r\n/),
      origin: { secure: false, hostname: 'example.com', port: 8080 },
    });
  });

  it('keeps the order of headers', () => {
    const headers = { 'X-B': '1', 'Content-Type': 'application/json', 'X-A': '2' };
    expect(targetRequest(request({ headers })).headers).toEqual(Object.entries(headers).flat());
  });

  it('adds the type of the body, unless a header names a type', () => {
    const typed = { body: '{}', bodyType: 'text/plain' };
    expect(targetRequest(request(typed)).headers).toEqual(['Content-Type', 'text/plain']);
    expect(targetRequest(request({ ...typed, headers: { 'content-type': '' } })).headers).toEqual([
      'content-type',
      '',
    ]);
    const followed = targetRequest(request({ ...typed, followRedirects: true })).redirected?.('http://h/x');
    expect(followed).toMatchObject({ method: 'GET', headers: [], redirected: expect.any(Function) });
  });

  it('masks the secrets of the first URL in the URL and the response of each redirect', () => {
    const first = request({ url: 'http://h/x?api_key=S3CRETVALUE', followRedirects: true });
    const last = targetRequest(first)
      .redirected?.('http://h/y?k=S3CRETVALUE&token=other1')
      .redirected?.('http://h/z?k=S3CRETVALUE');
    expect(last?.shownUrl).toBe('http://h/z?k=***');
    expect(last?.hide('bad key S3CRETVALUE, bad token other1')).toBe('bad key ***, bad token ***');
  });

  it('refuses a request that cannot be sent', () => {
    const refused: Partial<Request>[] = [
      { url: 'send' },
      { url: 'ftp://localhost/' },
      { headers: { 'Content-Length': '5' } },
      { headers: { 'transfer-encoding': 'chunked' } },
      { headers: { Expect: '100-continue' } },
      { headers: { 'bad name': 'x' } },
      { headers: { name: 'line\nbreak' } },
    ];
    for (const changes of refused) {
      expect(() => targetRequest(request(changes))).toThrow(expect.objectContaining({ exitCode: 2 }));
    }
  });
});
