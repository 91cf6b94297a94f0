import { type JsonPointer, parsePointer } from '../message/json/pointer.ts';
import {
  FIND_EXPECTED,
  type FindPlace,
  IN_BODY,
  NO_IDENTITY,
  PLACEMENT_EXPECTED,
  parseFindPlace,
  parsePlacement,
} from '../message/placement.ts';
import { z } from '../schema/zod.ts';
import type { Content } from './plan.ts';

/** How a plan file writes the fields about the place of the identity and about the content that must stay unchanged. */

/** Returns the schema of a text that `parse` can read. If `parse` returns null, the mistake says what was expected. */
function parsed<T>(parse: (text: string) => T | null, expected: string) {
  return z.string(expected).transform((text, context): T => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

export const placementName = parsed(parsePlacement, PLACEMENT_EXPECTED);

export const placement = z.union(
  [placementName, z.boolean().transform((isThere) => (isThere ? IN_BODY : NO_IDENTITY))],
  PLACEMENT_EXPECTED,
);

export const findPlace = parsed(parseFindPlace, FIND_EXPECTED);

export const find = z.union(
  [
    findPlace.transform((place): FindPlace[] => [place]),
    z
      .array(findPlace)
      .min(1, 'expected at least one location of the identity, such as $message.key')
      .max(20, 'expected at most 20 locations of the identity'),
  ],
  FIND_EXPECTED,
);

const CONTENT_EXPECTED =
  'expected whole, none, a list of 1 to 100 JSON pointers such as /order/id, or a mapping such as /amount: /data/total';
const pointer = parsed(
  (text) => (text === '' ? null : parsePointer(text)),
  'expected a JSON pointer such as /order/id',
);

export const content = z.union(
  [
    z.literal('none').transform((): Content => ({ kind: 'none' })),
    z.literal('whole').transform((): Content => ({ kind: 'whole' })),
    z
      .array(pointer)
      .min(1)
      .max(100)
      .transform(
        (pointers): Content => ({
          kind: 'fields',
          fields: pointers.map((each) => ({ sent: each, found: each })),
        }),
      ),
    z.record(z.string(), pointer).transform((record, context): Content => {
      const entries = Object.entries(record);
      if (entries.length < 1 || entries.length > 100)
        context.addIssue({ code: 'custom', message: 'expected 1 to 100 fields' });
      const fields = entries.flatMap(([text, found]) => {
        const sent: JsonPointer | null = text === '' ? null : parsePointer(text);
        if (sent !== null) return [{ sent, found }];
        context.addIssue({
          code: 'custom',
          path: [text],
          message: 'expected a JSON pointer such as /order/id',
        });
        return [];
      });
      return { kind: 'fields', fields };
    }),
  ],
  CONTENT_EXPECTED,
);
