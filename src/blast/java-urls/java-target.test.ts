import { expect, test } from 'vitest';
import { javaTarget } from './java-target.ts';

// The results are those of JMeter 5.6.3.
test.each([
  ['', '/'],
  ['?a=b', '/?a=b'],
  ['//a//b/../c/./d', '/a/b/../c/./d'],
  ['/a/', '/a/'],
  ['/a//', '/a/'],
  ['/%41%7e%2f%20', '/%41%7e%2f%20'],
  ['//%41%7e%2f%20', '/A~%2F%20'],
  ["/it's(x)!*;v=1,a:b@c+$1", "/it's(x)!*;v=1,a:b@c+$1"],
  ['/%C3%A9/\u00e9', '/%C3%A9/%C3%A9'],
  ['//%C3%A9/\u00e9', '/%C3%A9/%EF%BF%BD'],
  ["/a?q='x'&%7e[1]//..", "/a?q='x'&%7e[1]//.."],
  ['/a?', '/a?'],
  ['/a?q=e\u0301', '/a?q=%C3%A9'],
  ['/a?b#part', '/a?b'],
])('the path %s is sent as %s', (path, target) => {
  expect(javaTarget(`http://localhost:1${path}`)).toBe(target);
});
