import { ENCODINGS } from '../../plan/language/java-encoding.ts';
import { SHARINGS, type Source } from '../../plan/sources/source.ts';
import { z } from '../../schema/zod.ts';

const place = { element: z.int(), controller: z.int() };

export const source: z.ZodType<Source> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('csv'),
    ...place,
    file: z.string(),
    folder: z.string(),
    encoding: z.enum(ENCODINGS),
    names: z.array(z.string()),
    skipsFirstLine: z.boolean(),
    delimiter: z.string(),
    quoted: z.boolean(),
    recycles: z.boolean(),
    stopsThread: z.boolean(),
    sharing: z.union([z.enum(SHARINGS), z.object({ key: z.string() })]),
  }),
  z.object({
    kind: z.literal('random'),
    ...place,
    name: z.string(),
    least: z.int(),
    range: z.int(),
    format: z.string(),
    seed: z.string().nullable(),
    perThread: z.boolean(),
  }),
]);
