import { expect, test } from 'vitest';
import { hostsOf } from './hosts.ts';

test('the port of HTTP may be left out of a Host, and no other', () => {
  expect(hostsOf(80).has('localhost')).toBe(true);
  expect(hostsOf(80).has('[::1]:80')).toBe(true);
  expect(hostsOf(80).has('evil.example')).toBe(false);
  expect(hostsOf(8080).has('localhost:8080')).toBe(true);
  expect(hostsOf(8080).has('localhost')).toBe(false);
});
