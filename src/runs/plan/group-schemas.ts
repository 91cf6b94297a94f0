import type { GroupOrder, GroupTimes } from '../../plan/groups/group-fields.ts';
import { z } from '../../schema/zod.ts';
import { durationMs } from '../json/figure-schemas.ts';

/** Schemas of the fields of a plan that say in which order its thread groups run. */
export const groupOrder = {
  oneGroupAtATime: z.literal(true).exactOptional(),
  tearDownAfterStop: z.literal(true).exactOptional(),
} satisfies Record<keyof GroupOrder, z.ZodType>;

/** Schemas of the fields of a thread group that say when its threads start and end. */
export const groupTimes = {
  kind: z.enum(['setUp', 'tearDown']).exactOptional(),
  startDelayMs: durationMs().exactOptional(),
  delayedStart: z.literal(true).exactOptional(),
  schedule: z.array(z.object({ startMs: durationMs(), endMs: durationMs() })).exactOptional(),
} satisfies Record<keyof GroupTimes, z.ZodType>;
