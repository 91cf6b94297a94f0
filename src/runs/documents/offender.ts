import { z } from 'zod';
import { count } from '../json/figure-schemas.ts';

export const offender = z
  .object({
    identity: z
      .object({
        run: z.string(),
        group: count(),
        thread: count(),
        loop: count(),
        request: count(),
      })
      .readonly()
      .nullable(),
    place: z.object({ partition: count(), offset: count() }).readonly().nullable(),
  })
  .readonly();

/** One message with a problem: its identity, its position in the queue, or both. */
export type Offender = z.infer<typeof offender>;

/** Limit for the messages that are listed for each offence. */
export const MAX_OFFENDERS = 20;
