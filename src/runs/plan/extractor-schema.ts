import { EXTRACTED_FIELDS, type Extractor } from '../../samples/extractors/extractor.ts';
import { z } from '../../schema/zod.ts';

const ofEach = { name: z.string(), match: z.int(), readsRedirects: z.boolean() };
const ofText = { ...ofEach, field: z.enum(EXTRACTED_FIELDS), standard: z.string().nullable() };

/** The schema of an extractor in the plan of run.json. */
export const extractor: z.ZodType<Extractor> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('json'),
    ...ofEach,
    path: z.string(),
    standard: z.string(),
    joins: z.boolean(),
  }),
  z.object({ kind: z.literal('regex'), ...ofText, regex: z.string(), template: z.string() }),
  z.object({ kind: z.literal('boundary'), ...ofText, left: z.string(), right: z.string() }),
]);
