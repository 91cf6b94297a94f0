import { CHANGE_NAMES, type FilledText, type Part } from '../../plan/language/filled-text.ts';
import { z } from '../../schema/zod.ts';

const part: z.ZodType<Part> = z.union([
  z.object({ literal: z.string() }),
  z.object({ mention: z.string() }),
  z.object({ variable: z.string() }),
  z.object({ call: z.string(), parameters: z.array(z.lazy(() => filledText)) }),
  z.object({ change: z.enum(CHANGE_NAMES), text: z.lazy(() => filledText) }),
  z.object({
    url: z.object({
      protocol: z.lazy(() => filledText),
      domain: z.lazy(() => filledText),
      port: z.lazy(() => filledText),
      path: z.lazy(() => filledText),
      query: z.lazy(() => filledText),
    }),
  }),
]);

export const filledText: z.ZodType<FilledText> = z.array(part);
