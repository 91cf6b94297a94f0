import { formatCount } from '../figures.ts';
import type { CountData, VerdictData } from '../html/report-data.ts';
import { element } from './dom.ts';

const GROUPS: readonly (readonly [CountData['group'], string])[] = [
  ['sent', 'Messages by outcome'],
  ['arrived', 'Messages by what became of them'],
  ['deliveries', 'Deliveries'],
];
const SIGNS = { pass: '✓', fail: '✗', unknown: '?', unverified: '–' } as const;

/** The verdict with all that it rests on. */
export function verdict(data: VerdictData): Node[] {
  return [
    element(
      'p',
      { class: `verdict ${data.verdict}` },
      element(
        'strong',
        {},
        element('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[data.verdict]),
        data.verdict.toUpperCase(),
      ),
      element('span', {}, data.headline),
    ),
    ...reasons(data),
    element('div', { class: 'counts' }, ...GROUPS.flatMap(([group, title]) => counts(data, group, title))),
    ...data.evidence.map((line) => element('p', { class: 'note' }, line)),
    ...data.offenders.map(({ kind, total, messages }) =>
      element(
        'details',
        { class: 'offenders' },
        element('summary', {}, offendersTitle(kind, total, messages.length)),
        element('ol', {}, ...messages.map((message) => element('li', {}, message))),
      ),
    ),
  ];
}

function reasons({ reasons }: VerdictData): Node[] {
  if (reasons.length === 0) return [];
  const items = reasons.map(({ kind, count, text }) =>
    element('li', {}, element('strong', {}, kind), count === null ? ' ' : ` ${formatCount(count)} `, text),
  );
  return [element('ul', { class: 'reasons' }, ...items)];
}

function counts({ counts }: VerdictData, group: CountData['group'], title: string): Node[] {
  const shown = counts.filter((count) => count.group === group);
  if (shown.length === 0) return [];
  return [
    element(
      'div',
      {},
      element('h3', {}, title),
      element(
        'dl',
        {},
        ...shown.map(({ name, count, isOffence }) =>
          element(
            'div',
            { class: isOffence ? 'offence' : count === 0 ? 'none' : '' },
            element('dt', {}, name),
            element('dd', {}, formatCount(count)),
          ),
        ),
      ),
    ),
  ];
}

function offendersTitle(kind: string, total: number, shown: number): string {
  return shown < total
    ? `${kind}: the first ${shown} of ${formatCount(total)}`
    : `${kind}: ${formatCount(total)}`;
}
