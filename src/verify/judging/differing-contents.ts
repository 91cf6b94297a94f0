import { printable } from '../../printable.ts';
import type { ContentDifference, Offender } from '../../runs/documents/offender.ts';
import type { ContentCounts } from '../counting/contents/content-counts.ts';

const MAX_FIELDS = 3;
const VALUE_LENGTH = 40;
const MESSAGE_LENGTH = 160;

type DifferingField = ContentDifference['fields'][number];

/** The damaged messages of a run, and whether still more messages may be damaged. */
interface DamagedRun {
  readonly offenders: { readonly corrupt: readonly Offender[] };
  readonly tally: { readonly contents: Pick<ContentCounts, 'isLeast'> };
}

/**
 * Describes how the content of one corrupt message differs, which other fields differ, and whether more copies may be
 * damaged. Empty if nothing is known about the contents.
 */
export function differingContents(runs: readonly DamagedRun[]): string {
  const isLeast = runs.some(({ tally }) => tally.contents.isLeast);
  return `${isLeast ? LEAST : ''}${exampleText(runs.flatMap(({ offenders }) => offenders.corrupt))}`;
}

const LEAST =
  '. There may be more: too many copies with different contents were read before the rows of their messages';

function exampleText(corrupt: readonly Offender[]): string {
  const known = corrupt.flatMap(({ identity, content }) =>
    content === undefined || identity === null ? [] : [{ identity, content }],
  );
  const [first] = known;
  if (first === undefined) return '';
  const { group, thread, loop, request } = first.identity;
  const place = `thread ${group}-${thread}, loop ${loop}${request === 1 ? '' : `, request ${request}`}`;
  const names = new Set(first.content.fields.map(({ field }) => field));
  const others = new Set(known.flatMap(({ content }) => content.fields.map(({ field }) => field)));
  const more = [...others].filter((field) => !names.has(field)).slice(0, MAX_FIELDS);
  return [
    `. For example ${place}: ${differenceText(first.content)}`,
    `. The message: ${printable(first.content.message, MESSAGE_LENGTH)}`,
    ...(more.length === 0 ? [] : [`. Of others, also ${more.join(', ')}`]),
  ].join('');
}

function differenceText({ fields }: ContentDifference): string {
  if (fields.length === 0) return 'the whole content was compared, and differs';
  const certain = fields.filter(({ isCertain }) => isCertain).slice(0, MAX_FIELDS);
  const open = fields.filter(({ isCertain }) => !isCertain).map(({ field }) => field);
  return [...certain.map(fieldText), ...(open.length === 0 ? [] : [openText(open)])].join(', ');
}

function fieldText({ field, sent, found, problem = 'missing' }: DifferingField): string {
  const was = sent === null ? '' : printable(sent, VALUE_LENGTH);
  if (found === null) return `${field} ${PROBLEM_TEXTS[problem]}${was === '' ? '' : ` (sent: ${was})`}`;
  const is = printable(found, VALUE_LENGTH);
  return was === '' ? `${field} is not what was sent: ${is}` : `${field} is ${is} instead of ${was}`;
}

const PROBLEM_TEXTS: Readonly<Record<NonNullable<DifferingField['problem']>, string>> = {
  missing: 'is missing',
  repeated: 'cannot be compared, because an object on the path to it has a name twice',
  unwritable: 'cannot be compared, because it has half of a surrogate pair or a number above 1.8e308',
  ambiguous: 'is not the same in all objects with the token',
};

function openText(fields: readonly string[]): string {
  return `at least one of ${fields.slice(0, MAX_FIELDS).join(', ')} differs (the samples have only one hash of all fields)`;
}
