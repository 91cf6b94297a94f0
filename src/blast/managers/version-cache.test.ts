import { expect, it } from 'vitest';
import { type CachedRequest, VersionCache } from './version-cache.ts';

const request: CachedRequest = {
  url: 'http://h/a',
  method: 'GET',
  headers: ['X-A', '1'],
  closes: false,
  isAuthorized: false,
};
const DATE = 'Wed, 21 Oct 2015 07:28:00 GMT';

/** Returns the headers of a second request after responses with these headers. */
function afterResponses(
  responses: readonly Readonly<Record<string, string>>[],
  {
    status = 200,
    first = {},
    second = {},
  }: { status?: number; first?: Partial<CachedRequest>; second?: Partial<CachedRequest> } = {},
): object {
  const cache = new VersionCache(10);
  for (const headers of responses) {
    const bytes = Object.entries(headers)
      .flat()
      .map((text) => Buffer.from(text));
    cache.store({ ...request, ...first }, status, bytes);
  }
  return Object.fromEntries(cache.headersFor({ ...request, ...second }));
}

it.each([
  [[{ ETag: 'e', 'Last-Modified': DATE }], { 'If-Modified-Since': DATE, 'If-None-Match': 'e' }],
  [[{ etag: 'e' }, { etag: 'f' }], { 'If-None-Match': 'e' }],
  [[{ 'Cache-Control': 'no-store' }, { etag: 'e' }], {}],
  [[{ etag: 'e', Vary: '*' }], {}],
  [[{ etag: 'e', Vary: 'X-A, Accept' }], { 'If-None-Match': 'e' }],
  [[{ etag: 'e', Vary: 'User-Agent' }], {}],
])('after responses with %j, asks with %j', (responses, expected) => {
  expect(afterResponses(responses)).toEqual(expected);
});

it('remembers only complete successes of GET, for their own URL', () => {
  const tagged = [{ ETag: 'e' }];
  expect(afterResponses(tagged, { status: 304 })).toEqual({ 'If-None-Match': 'e' });
  expect(afterResponses(tagged, { status: 404 })).toEqual({});
  expect(afterResponses(tagged, { first: { method: 'POST' } })).toEqual({});
  expect(afterResponses(tagged, { second: { url: 'http://h/a?b' } })).toEqual({});
  expect(afterResponses(tagged, { second: { method: 'POST' } })).toEqual({ 'If-None-Match': 'e' });
});

it('remembers a version for each value of the headers that Vary names', () => {
  const tagged = [{ ETag: 'e', Vary: 'X-A' }];
  expect(afterResponses(tagged, { second: { headers: ['X-A', '2'] } })).toEqual({});
  const byUser = [{ ETag: 'e', Vary: 'Authorization' }];
  expect(afterResponses(byUser)).toEqual({ 'If-None-Match': 'e' });
  expect(afterResponses(byUser, { first: { isAuthorized: true } })).toEqual({});
  expect(afterResponses([{ ETag: 'e', Vary: 'Cookie' }], { first: { headers: ['Cookie', 'a=1'] } })).toEqual({
    'If-None-Match': 'e',
  });
});

it('does not grow beyond its size', () => {
  const cache = new VersionCache(10);
  for (let index = 0; index < 100; index++)
    cache.store({ ...request, url: `http://h/${index}` }, 200, [Buffer.from('ETag'), Buffer.from('e')]);
  expect(cache.isTooFull).toBe(true);
  expect(cache.headersFor({ ...request, url: 'http://h/50' })).toEqual([]);
  cache.forget();
  expect(cache.isTooFull).toBe(false);
});
