import { FORGETTING, type Managers, type RequestManagers } from '../../plan/managers/managers.ts';
import { z } from '../../schema/zod.ts';
import { count } from '../json/figure-schemas.ts';

const cookie = z.object({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  secure: z.boolean(),
  forSubdomains: z.boolean(),
});
const forgets = z.enum(FORGETTING);

export const managers: z.ZodType<Managers> = z.object({
  cookies: z.array(z.object({ cookies: z.array(cookie), forgets })),
  caches: z.array(z.object({ maxSize: count(), forgets })),
});

export const requestManagers: z.ZodType<RequestManagers> = z.object({
  cookies: count().exactOptional(),
  cache: count().exactOptional(),
  authorizations: z
    .array(z.object({ url: z.string(), user: z.string(), password: z.string() }))
    .exactOptional(),
});
