import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedUrl, maskedValue } from './secrets.ts';

const NAMES = ['Authorization', 'X-Jwt', 'X-Pwd', 'X-Pin', 'x-api-key', 'userPin', 'X-OTP', 'access_token'];

test.each(NAMES)('masks the value of %s in a header and in a URL', (name) => {
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
  'does not mask the value of %s',
  (name) => {
    expect(maskedValue(name, 'plain', [])).toBe('plain');
    expect(maskedUrl(`http://localhost/?${name}=plain`, [])).toBe(`http://localhost/?${name}=plain`);
  },
);

test('--redact masks additional headers and parameters, in any case', () => {
  expect(maskedValue('X-Customer', 'plain', ['x-customer'])).toBe('***');
  expect(maskedUrl('/a?Customer=1;b=2', ['customer'])).toBe('/a?Customer=***;b=2');
});

test("masks secrets in a plan's URL template, which is not a valid URL", () => {
  expect(maskedUrl('http://localhost:${port}/send?user=${user}&to%6Ben=${secret}', [])).toBe(
    'http://localhost:${port}/send?user=${user}&to%6Ben=***',
  );
});
