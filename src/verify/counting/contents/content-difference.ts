import {
  type Content,
  type FieldProblem,
  type FoundField,
  fieldsHash,
  problemOf,
  textOf,
} from '../../../message/reading/content-hash.ts';
import { printable } from '../../../printable.ts';
import type { ContentDifference } from '../../../runs/documents/offender.ts';

/** One field of a message that the plan compares. */
export interface ComparedField {
  /** Where the message has the field, as a JSON pointer. */
  readonly found: string;
  /**
   * The value that was sent, in canonical form. Null if the value is not known: the sender keeps only one hash of all
   * fields.
   */
  readonly sent: string | null;
}

const VALUE_LENGTH = 80;
const MESSAGE_LENGTH = 300;

const MISSING: FoundField = { problem: 'missing' };

/**
 * Says which fields of a message differ, as far as it is known.
 * @param fields empty if the whole content is compared
 * @param sentHash the hash of the content that was sent, which differs from the hash of the message's content
 */
export function differenceOf(
  { fields: all, text }: Content,
  fields: readonly ComparedField[],
  sentHash: number,
): ContentDifference {
  const at = (index: number) => textOf(all[index] ?? MISSING);
  const indexes = [...fields.keys()];
  const certain = indexes.filter((index) => at(index) === null || isKnownToDiffer(fields[index], at(index)));
  const unknown = indexes.filter((index) => fields[index]?.sent === null && !certain.includes(index));
  // Assumes that all fields whose sent value is unknown are unchanged. If this assumption gives the hash in the row,
  // the assumption is right. If one of these fields has no value, there is no hash, and nothing is known about these
  // fields.
  const assumed = fieldsHash(fields.map(({ sent }, index) => sent ?? at(index)));
  const isExplained = certain.length > 0 && (assumed === sentHash || assumed === null);
  const open = isExplained ? [] : unknown.length === 0 && certain.length === 0 ? indexes : unknown;
  const isSure = unknown.length === 1 && assumed !== null;
  return {
    fields: indexes
      .filter((index) => certain.includes(index) || open.includes(index))
      .map((index) => ({
        field: printable(fields[index]?.found ?? '', VALUE_LENGTH),
        isCertain: certain.includes(index) || isSure,
        sent: shown(fields[index]?.sent ?? null),
        found: shown(at(index)),
        ...problem(all[index] ?? MISSING),
      })),
    message: printable(text, MESSAGE_LENGTH),
  };
}

function problem(field: FoundField): { problem?: FieldProblem } {
  const found = problemOf(field);
  return found === null ? {} : { problem: found };
}

function isKnownToDiffer(field: ComparedField | undefined, found: string | null): boolean {
  const sent = field?.sent ?? null;
  return sent !== null && sent !== found;
}

function shown(value: string | null): string | null {
  return value === null ? null : printable(value, VALUE_LENGTH);
}
