import { expect, test } from 'vitest';
import type { ContentDifference } from '../../runs/documents/offender.ts';
import { differingContents } from './differing-contents.ts';

const identity = { run: 'mine', group: 1, thread: 7, loop: 3, request: 1 };
const field = { field: '/amount', isCertain: true, sent: '5', found: null };

function textOf(fields: ContentDifference['fields'], isLeast = false) {
  const corrupt = [{ identity, place: null, content: { fields, message: '{}' } }];
  return differingContents([{ offenders: { corrupt }, tally: { contents: { isLeast } } }]);
}

test.each([
  ['missing', 'is missing'],
  ['repeated', 'cannot be compared, because an object on the path to it has a name twice'],
  ['unwritable', 'cannot be compared, because it has half of a surrogate pair or a number above 1.8e308'],
  ['ambiguous', 'is not the same in all objects with the token'],
] as const)('says why a field has no value: %s', (problem, text) => {
  expect(textOf([{ ...field, problem }])).toBe(
    `. For example thread 1-7, loop 3: /amount ${text} (sent: 5). The message: {}`,
  );
  expect(textOf([{ ...field, sent: null, problem }])).toContain(`: /amount ${text}. The message: {}`);
});

test('says that the count of damaged copies may be too low', () => {
  expect(textOf([], true)).toMatch(/^\. There may be more: .*\. For example thread 1-7/);
  expect(textOf([], false)).not.toContain('There may be more');
});
