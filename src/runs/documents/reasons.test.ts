import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAIL_REASON_KINDS, FAIL_REASONS, UNKNOWN_REASON_KINDS, UNKNOWN_REASONS } from './reasons.ts';

const SEMANTICS = new URL('../../../docs/semantics.md', import.meta.url);

/** Returns the tables of docs/semantics.md: the cells of each row, by the code of the reason in its first cell. */
function rows(): Map<string, readonly string[]> {
  const text = readFileSync(SEMANTICS, 'utf8');
  const cells = [...text.matchAll(/^\| `([a-z-]+)` \|(.+)\|$/gm)].map(
    ([, code = '', rest = '']) => [code, rest.split(' | ').map((cell) => cell.trim())] as const,
  );
  return new Map(cells);
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

test.each(FAIL_REASON_KINDS)('docs/semantics.md has a row for the problem %s, in the same words', (kind) => {
  const { many, fails } = FAIL_REASONS[kind];
  const [meaning, , effect] = rows().get(kind) ?? [];
  expect(meaning).toMatch(new RegExp(`^${capitalised(many)}[. ]`));
  expect(effect).toBe(fails === 'always' ? 'fails' : `fails with \`${fails}\``);
});

test.each(UNKNOWN_REASON_KINDS)(
  'docs/semantics.md has a row for the reason %s, in the same words',
  (kind) => {
    const [meaning, , effect] = rows().get(kind) ?? [];
    expect(meaning?.startsWith(UNKNOWN_REASONS[kind])).toBe(true);
    expect(effect).toMatch(/^(leaves the verdict unknown|prevents a pass|prevents no pass)/);
  },
);
