import { formatCount } from '../figures.ts';
import type { CountGroup, EvidenceFact, OffenderFact, VerdictFacts } from '../verdict/facts.ts';
import { type DomChild, element } from './dom.ts';
import { anchorOf } from './results/result-item.ts';

const GROUPS: readonly (readonly [CountGroup, string])[] = [
  ['sent', 'Messages by outcome'],
  ['arrived', 'What happened to the messages'],
  ['deliveries', 'Deliveries'],
  ['service', 'Messages by processing result'],
  ['hops', 'Messages in the hops'],
];
const EVIDENCE: Readonly<Record<EvidenceFact['about'], string>> = {
  reading: '',
  latency: 'End-to-end latency is measured ',
  clocks: '',
};
const SIGNS = { pass: '✓', fail: '✗', unknown: '?', unverified: '–', running: '…' } as const;

export function verdict(data: VerdictFacts): Node[] {
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
    ...notProven(data),
    element('div', { class: 'counts' }, ...GROUPS.flatMap(([group, title]) => counts(data, group, title))),
    ...data.evidence.map(({ about, text }) => element('p', { class: 'note' }, EVIDENCE[about], text)),
    ...data.offenders.map(({ name, total, messages }) =>
      element(
        'details',
        { class: 'offenders' },
        element('summary', {}, offendersTitle(name, total, messages.length)),
        element('ol', {}, ...messages.map((message) => element('li', {}, ...offenderNodes(message)))),
      ),
    ),
  ];
}

function reasons({ reasons }: VerdictFacts): Node[] {
  if (reasons.length === 0) return [];
  const items = reasons.map(({ name, count, text }) =>
    element('li', {}, element('strong', {}, name), count === null ? ' ' : ` ${formatCount(count)} `, text),
  );
  return [element('ul', { class: 'reasons' }, ...items)];
}

function notProven({ notProven }: VerdictFacts): Node[] {
  if (notProven.length === 0) return [];
  return [
    element('h3', {}, 'Not proven'),
    element(
      'ul',
      { class: 'reasons' },
      ...notProven.map((text) => element('li', {}, text.replace(/^not proven: /, ''))),
    ),
  ];
}

function counts({ counts }: VerdictFacts, group: CountGroup, title: string): Node[] {
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

function offendersTitle(name: string, total: number, shown: number): string {
  return shown < total
    ? `${name}: the first ${shown} of ${formatCount(total)}`
    : `${name}: ${formatCount(total)}`;
}

function offenderNodes({ key, message, place }: OffenderFact): DomChild[] {
  const named = key === null ? message : element('a', { href: `#${anchorOf(key)}` }, message);
  return place === null ? [named] : [named, `; ${place}`];
}
