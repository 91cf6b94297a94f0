import { z } from '../../schema/zod.ts';
import { count } from '../json/figure-schemas.ts';

const condition = <T extends z.ZodType>(value: T) =>
  z.union([z.object({ oneOf: z.array(value) }), z.object({ present: z.boolean() })]);

/** The schema of a rule for the outcome of a response. */
export const responseRule = z.object({
  status: z.array(z.object({ from: count(), to: count() })).exactOptional(),
  json: z.record(z.string(), condition(z.json())).exactOptional(),
  header: z.record(z.string(), condition(z.string())).exactOptional(),
});
