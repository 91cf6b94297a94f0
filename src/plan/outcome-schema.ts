import { isHeaderName } from '../header-name.ts';
import { parsePointer } from '../message/json/pointer.ts';
import type { JsonValue, StatusRange } from '../samples/rules/rule.ts';
import { z } from '../schema/zod.ts';

/** The written form of the rules for outcomes. Parsing returns `OutcomeRules`. */

const MAX_RULES = 100;
const [LOWEST, HIGHEST] = [200, 599];

const STATUS_EXPECTED = 'expected a status such as 200, a range such as 2xx or 200-299, or a list of them';
const RANGE = /^(?:(?<class>[2-5])xx|(?<from>\d{3})(?:-(?<to>\d{3}))?)$/;

/** Parses a range of statuses. Null if the text is no range, or if a status is not between 200 and 599. */
function statusRange(text: string): StatusRange | null {
  const groups = RANGE.exec(text)?.groups;
  if (groups === undefined) return null;
  const first = Number(groups['from'] ?? `${groups['class']}00`);
  const last = Number(groups['to'] ?? groups['from'] ?? `${groups['class']}99`);
  return LOWEST <= first && first <= last && last <= HIGHEST ? { from: first, to: last } : null;
}

const statusOrRange = z
  .union(
    [
      z.int(STATUS_EXPECTED).min(LOWEST, STATUS_EXPECTED).max(HIGHEST, STATUS_EXPECTED),
      z.string().regex(RANGE, STATUS_EXPECTED),
    ],
    STATUS_EXPECTED,
  )
  .transform((written, context) => {
    const range = statusRange(String(written));
    if (range !== null) return range;
    context.addIssue({ code: 'custom', message: STATUS_EXPECTED, input: written });
    return z.NEVER;
  });

const status = z
  .union(
    [statusOrRange.transform((range) => [range]), z.array(statusOrRange).min(1, STATUS_EXPECTED)],
    STATUS_EXPECTED,
  )
  .describe('The status: 200, a range such as 2xx or 200-299, or a list of them.');

/**
 * Parses a condition. A mapping must have the key `oneOf` or `present`. So a mistyped key is reported, and
 * the mapping is not treated as a value to compare with.
 */
function conditionOn<T>(value: z.ZodType<T>, each: z.ZodType<T>, expected: string) {
  const message = `expected ${expected}, {oneOf: […]} or {present: true}`;
  return z.union(
    [
      value.transform((one) => ({ oneOf: [one] })),
      z.strictObject({ oneOf: z.array(each).min(1, 'expected at least one value') }),
      z.strictObject({ present: z.boolean() }),
    ],
    message,
  );
}

const anyJson = z.json();
const plainJson = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(anyJson)]);
const json = z
  .record(
    z.string(),
    conditionOn<JsonValue>(plainJson, anyJson, 'a JSON value'),
    'expected JSON pointers with their conditions',
  )
  .superRefine((record, context) => {
    checkNotEmpty(record, 'expected a JSON pointer such as /error', context);
    for (const pointer of Object.keys(record)) {
      if (parsePointer(pointer) !== null) continue;
      const message = 'expected a JSON pointer such as /error or /offsets/0/error_code';
      context.addIssue({ code: 'custom', path: [pointer], message });
    }
  })
  .describe(
    'Conditions on values of a JSON body. The names are JSON pointers, such as /offsets/0/error_code.',
  );

const headerText = z.string();
const header = z
  .record(
    z.string(),
    conditionOn<string>(headerText, headerText, 'a text'),
    'expected names of headers with their conditions',
  )
  .superRefine((record, context) => {
    checkNotEmpty(record, 'expected the name of a header', context);
    for (const name of Object.keys(record)) {
      if (isHeaderName(name)) continue;
      const message = 'expected the name of a header: letters, digits and hyphens';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .describe('Conditions on headers of the response.');

/** Refuses a rule without conditions, because it would match every response. */
function checkNotEmpty(record: object, message: string, context: z.RefinementCtx): void {
  if (Object.keys(record).length === 0) context.addIssue({ code: 'custom', message });
}

const ruleFields = {
  status: status.exactOptional(),
  json: json.exactOptional(),
  header: header.exactOptional(),
};

const rule = z
  .strictObject(ruleFields, 'expected a rule with status, json or header')
  .superRefine((fields, context) => checkNotEmpty(fields, 'expected status, json or header', context));

const rules = z
  .array(rule, 'expected a list of rules')
  .min(1, 'expected at least one rule')
  .max(MAX_RULES, `expected at most ${MAX_RULES} rules`);

const outcomeFields = {
  acked: rules
    .exactOptional()
    .describe('A response that matches one of these rules is acked. The default is a status of 200 to 299.'),
  rejected: rules
    .exactOptional()
    .describe(
      'A response that matches one of these rules is rejected, even if it also matches a rule of acked.',
    ),
};

export const outcome = z
  .strictObject(outcomeFields, 'expected acked or rejected, each with a list of rules')
  .superRefine((fields, context) => checkNotEmpty(fields, 'expected acked or rejected', context))
  .describe(
    'What a response says about its message: rules for acked and rejected. All other responses are indeterminate.',
  );

/** The field names that each part of `outcome` in a plan file can contain. The key is the name of that part. */
export const OUTCOME_FIELDS: Readonly<Record<string, readonly string[]>> = {
  outcome: Object.keys(outcomeFields),
  acked: Object.keys(ruleFields),
  rejected: Object.keys(ruleFields),
};
