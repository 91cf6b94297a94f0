import { DISTRIBUTIONS, THROUGHPUT_MODES, type Timer } from '../../plan/timers/timer.ts';
import { z } from '../../schema/zod.ts';
import { durationMs } from '../json/figure-schemas.ts';
import { filledText } from './filled-text-schema.ts';

export const timer: z.ZodType<Timer> = z.union([
  z.object({ delayMs: durationMs(), rangeMs: durationMs() }),
  z.object({ kind: z.enum(DISTRIBUTIONS), delay: filledText, range: filledText }),
  z.object({
    kind: z.literal('throughput'),
    element: z.string(),
    perMinute: filledText,
    mode: z.enum(THROUGHPUT_MODES),
  }),
  z.object({
    kind: z.literal('precise'),
    throughput: z.number(),
    periodSeconds: z.number(),
    durationSeconds: z.number(),
    batchSize: z.number(),
    seed: z.number(),
  }),
]);
