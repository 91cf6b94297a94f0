import { FIELD_PROBLEMS } from '../../message/reading/content-hash.ts';
import { z } from '../../schema/zod.ts';
import { count } from '../json/figure-schemas.ts';

/** How the content of a message differs from what was sent, as far as it is known. */
const contentDifference = z
  .object({
    /**
     * The fields that differ. If `isCertain` is false for several fields, at least one of these fields differs. Empty
     * if the plan compares the whole content.
     */
    fields: z
      .array(
        z
          .object({
            /** Where the message has the field, as a JSON pointer. */
            field: z.string(),
            isCertain: z.boolean(),
            /** The value that was sent, as JSON. Null if it is not known. */
            sent: z.string().nullable(),
            /** The value in the message, as JSON. Null if the message has no such value; `problem` then says why. */
            found: z.string().nullable(),
            /**
             * Why the message has no value that can be compared. Absent if the message has such a value. Also absent in
             * files of older versions.
             */
            problem: z.enum(FIELD_PROBLEMS).optional(),
          })
          .readonly(),
      )
      .readonly(),
    /** The first characters of the message, with escapes for invisible characters. */
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
    /** How the content differs from what was sent. Absent if it does not differ, or if the difference is not known. */
    content: contentDifference.optional(),
  })
  .readonly();

/** One message with a problem: its identity, its position in the queue, or both. */
export type Offender = z.infer<typeof offender>;

/** Maximum number of messages that are listed for each problem. */
export const MAX_OFFENDERS = 20;
