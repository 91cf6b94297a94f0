import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedUrl, maskedValue } from './secrets.ts';

const NAMES = ['Authorization', 'X-Jwt', 'X-Pwd', 'X-Pin', 'x-api-key', 'userPin', 'X-OTP', 'access_token'];

test.each(NAMES)('the value of %s is masked, in a header and in a URL', (name) => {
  const value = fc.stringMatching(/^[A-Za-z0-9%._~-]{8,20}$/);
  fc.assert(
    fc.property(value, value, (secret, other) => {
      expect(maskedValue(name, secret, [])).toBe('***');
      const url = (text: string) => `https://localhost/send?page=1&${name}=${text}&next=${other}#part`;
      expect(maskedUrl(url(secret), [])).toBe(url('***'));
      expect(maskedValue('Location', url(secret), [])).toBe(url('***'));
    }),
  );
});

test.each(['X-Shipping', 'Content-Type', 'Opinion', 'X-Customer', 'compass', 'inside'])(
  'the value of %s stays',
  (name) => {
    expect(maskedValue(name, 'plain', [])).toBe('plain');
    expect(maskedUrl(`http://localhost/?${name}=plain`, [])).toBe(`http://localhost/?${name}=plain`);
  },
);

test('--redact names further headers and parameters, in any case', () => {
  expect(maskedValue('X-Customer', 'plain', ['x-customer'])).toBe('***');
  expect(maskedUrl('/a?Customer=1;b=2', ['customer'])).toBe('/a?Customer=***;b=2');
});

test('a template of a plan is masked though it is no URL yet', () => {
  expect(maskedUrl('http://localhost:${port}/send?user=${user}&to%6Ben=${secret}', [])).toBe(
    'http://localhost:${port}/send?user=${user}&to%6Ben=***',
  );
});
