import { expect, test } from 'vitest';
import { javaLocation } from './java-location.ts';

// The results are those of JMeter 5.6.3.
test.each([
  ['http://other/x', 'http://other/x'],
  ['//other/x', 'http://other/x'],
  ['/x y', 'http://h/x%20y'],
  ['/a/../b/./c', 'http://h/b/./c'],
  ['x', 'http://h/a/x'],
  ['../x?y', 'http://h/x?y'],
  ['../../../x', 'http://h/x'],
  ['./x/', 'http://h/a/x/'],
  ['?again', 'http://h/a/?again'],
  ['', 'http://h/a/b?c'],
  ['#part', 'http://h/a/b?c#part'],
  ['ftp://other/x', null],
  ['mailto:a', null],
])('the location %s is the URL %s', (location, url) => {
  expect(javaLocation('http://h/a/b?c', location)).toBe(url);
});
