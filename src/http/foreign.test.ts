import { describe, expect, test } from 'vitest';
import { foreignRequest, isLoopbackHost, pathOf } from './foreign.ts';

const refused = (host: string | undefined, origin?: string, url = '/send') =>
  foreignRequest({ url, headers: { ...(host && { host }), ...(origin && { origin }) } }) !== null;

describe('a request to a loopback address', () => {
  test.each([
    ['localhost:3000', undefined],
    ['LOCALHOST', undefined],
    ['app.localhost:80', undefined],
    ['127.0.0.1:3000', 'http://localhost:5173'],
    ['127.1.2.3', 'https://127.0.0.1'],
    ['[::1]:3000', 'http://[::1]:8080'],
    [undefined, undefined],
  ])('is answered with Host %s and Origin %s', (host, origin) => {
    expect(refused(host, origin)).toBe(false);
  });

  test.each([
    ['evil.example', undefined],
    ['evil.example:3000', undefined],
    ['localhost.evil.example', undefined],
    ['127.0.0.1.evil.example', undefined],
    ['localhost@evil.example', undefined],
    ['192.168.0.1:3000', undefined],
    ['[::2]', undefined],
    ['', undefined],
    ['localhost:3000', 'http://evil.example'],
    ['localhost:3000', 'https://localhost.evil.example'],
    ['localhost:3000', 'null'],
    ['localhost:3000', 'file://'],
  ])('is refused with Host %s and Origin %s', (host, origin) => {
    expect(foreignRequest({ url: '/', headers: { host, ...(origin && { origin }) } })).not.toBeNull();
  });

  test('is checked by the host in its target if the target is a whole URL', () => {
    expect(refused('localhost', undefined, 'http://evil.example/send')).toBe(true);
    expect(refused('evil.example', undefined, 'http://localhost:3000/send')).toBe(false);
  });
});

test('recognises the loopback addresses, which only this machine can reach', () => {
  expect([undefined, '127.0.0.1', '::1', 'localhost'].map(isLoopbackHost)).toEqual([true, true, true, true]);
  expect(['0.0.0.0', '::', '10.0.0.1', 'example.com'].map(isLoopbackHost)).not.toContain(true);
});

test('removes query and host from the path of a target', () => {
  expect(pathOf('/send?x=1')).toBe('/send');
  expect(pathOf('http://host:3000/send?x=/')).toBe('/send');
  expect(pathOf('http://host?x=1')).toBe('/');
  expect(pathOf('//evil/send')).toBe('//evil/send');
  expect(pathOf(undefined)).toBe('/');
});
