import type { ControllerStep, Step } from '../../plan/flow/step.ts';
import { z } from '../../schema/zod.ts';
import { count } from '../json/figure-schemas.ts';
import { filledText } from './filled-text-schema.ts';

const any = { name: z.string(), number: count(), steps: z.array(z.lazy(() => step)) };

const controller: z.ZodType<ControllerStep> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('simple'), ...any }),
  z.object({ kind: z.literal('loop'), ...any, count: filledText, startsAgain: z.boolean() }),
  z.object({ kind: z.literal('once'), ...any }),
  z.object({ kind: z.literal('transaction'), ...any, isParent: z.boolean(), includesTimers: z.boolean() }),
  z.object({
    kind: z.literal('if'),
    ...any,
    condition: filledText,
    isScript: z.boolean(),
    evaluatesAll: z.boolean(),
  }),
  z.object({ kind: z.literal('while'), ...any, condition: filledText }),
  z.object({
    kind: z.literal('forEach'),
    ...any,
    input: filledText,
    output: z.string(),
    separator: z.enum(['_', '']),
    start: z.int(),
    end: z.int(),
  }),
]);

const step: z.ZodType<Step> = z.union([count(), controller]);

export const flow: z.ZodType<readonly Step[]> = z.array(step);
