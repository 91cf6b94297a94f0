import { z } from '../../schema/zod.ts';

const pointer = z.array(z.string());

export const placement = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('template') }),
  z.object({ kind: z.literal('header'), name: z.string() }),
  z.object({ kind: z.literal('body'), pointer }),
  z.object({ kind: z.literal('field'), pointer }),
]);

export const findPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('key') }),
  z.object({ kind: z.literal('header'), name: z.string() }),
  z.object({ kind: z.literal('payload'), pointer }),
]);

export const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('whole') }),
  z.object({ kind: z.literal('fields'), fields: z.array(z.object({ sent: pointer, found: pointer })) }),
]);
