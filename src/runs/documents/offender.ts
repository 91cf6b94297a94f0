import { z } from 'zod';
import { FIELD_PROBLEMS } from '../../message/reading/content-hash.ts';
import { count } from '../json/figure-schemas.ts';

/** How the content of a message differs from what was sent, as far as it is known. */
const contentDifference = z
  .object({
    /**
     * The fields that differ. Several fields that are not certain: at least one of them differs. Empty if the whole content
     * is compared.
     */
    fields: z
      .array(
        z
          .object({
            /** JSON pointer in the message. */
            field: z.string(),
            isCertain: z.boolean(),
            /** The value that was sent, as JSON. Null if it is not known. */
            sent: z.string().nullable(),
            /** The value in the message, as JSON. Null if there is none; `problem` then says why. */
            found: z.string().nullable(),
            /** Verdicts that an older qbl wrote do not have it. */
            problem: z.enum(FIELD_PROBLEMS).optional(),
          })
          .readonly(),
      )
      .readonly(),
    /** The start of the message. */
    message: z.string(),
  })
  .readonly();

export type ContentDifference = z.infer<typeof contentDifference>;

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
    /** Only of a message whose compared content differs. */
    content: contentDifference.optional(),
  })
  .readonly();

/** One message with a problem: its identity, its position in the queue, or both. */
export type Offender = z.infer<typeof offender>;

/** Maximum number of messages that are listed for each offence. */
export const MAX_OFFENDERS = 20;
