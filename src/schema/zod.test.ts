import { expect, it } from 'vitest';
import { z } from './zod.ts';

it('generates no code for schemas', () => {
  expect(z.config().jitless).toBe(true);
  expect(z.object({ a: z.number() }).parse({ a: 1 })).toEqual({ a: 1 });
});
