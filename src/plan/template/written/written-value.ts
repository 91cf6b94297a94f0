import type { TemplateSegment } from '../template.ts';

/** The part of a template that is filled in for each message. */
export type Filled = Exclude<TemplateSegment, { kind: 'text' }>;

/** What the value of a variable can be: its bytes, as a class of a regular expression, and its minimum length. */
export interface WrittenValue {
  readonly bytes: string;
  readonly least: 0 | 1;
}

const BYTES: Readonly<Record<string, string>> = {
  thread: '[0-9]',
  loop: '[0-9]',
  now: '[0-9]',
  uuid: '[0-9a-f-]',
  run: '[A-Za-z0-9._-]',
  'qbl.id': '[0-9a-f-]',
  'qbl.hex': '[0-9a-f]',
  'qbl.number': '[0-9]',
};
const OWN_VALUE: WrittenValue = { bytes: '[^"\\\\\\x00-\\x1f]', least: 0 };

export function writtenValue(segment: Filled): WrittenValue {
  const bytes = segment.kind === 'variable' ? BYTES[segment.name] : undefined;
  return bytes === undefined ? OWN_VALUE : { bytes, least: 1 };
}

export function nameOf(segment: Filled): string {
  return segment.kind === 'own' ? segment.variable.name : segment.name;
}
