import {
  type Assertion,
  MEASURED_SIZES,
  SIZE_OPERATORS,
  TESTED_FIELDS,
} from '../../samples/assertions/assertion.ts';
import { z } from '../../schema/zod.ts';
import { count } from '../json/figure-schemas.ts';

/** The schema of an assertion in the plan of run.json. */
export const assertion: z.ZodType<Assertion> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('response'),
    field: z.enum(TESTED_FIELDS),
    testType: count(),
    patterns: z.array(z.string()),
    assumesSuccess: z.boolean(),
    message: z.string(),
  }),
  z.object({ kind: z.literal('duration'), mostMs: z.int() }),
  z.object({
    kind: z.literal('size'),
    measured: z.enum(MEASURED_SIZES),
    operator: z.enum(SIZE_OPERATORS),
    size: z.int(),
  }),
  z.object({
    kind: z.literal('json'),
    path: z.string(),
    expected: z.object({ acceptsNull: z.boolean(), isRegex: z.boolean() }).nullable(),
    isInverted: z.boolean(),
    text: z.string(),
  }),
]);
