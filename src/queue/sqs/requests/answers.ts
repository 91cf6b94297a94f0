import { z } from '../../../schema/zod.ts';

/** A text. For some texts that consist of digits, some emulators write a JSON number instead. */
const text = z.union([z.string(), z.number().transform(String)]);
/** Emulators write null for a list or a field that AWS leaves out. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);
const entries = <T extends z.ZodType>(entry: T) => optional(z.array(entry)).transform((list) => list ?? []);
const entry = z.object({ Id: text });

const received = z.object({
  Body: z.string(),
  ReceiptHandle: text,
  Attributes: optional(
    z.object({
      ApproximateReceiveCount: optional(z.coerce.number().int()),
      SentTimestamp: optional(text),
      MessageGroupId: optional(text),
      MessageDeduplicationId: optional(text),
    }),
  ),
  MessageAttributes: optional(z.record(z.string(), z.object({ StringValue: optional(text) }))),
});

/** A message in an answer of SQS. */
export type ReceivedMessage = z.infer<typeof received>;

/**
 * The parts of SQS's answers that qbl uses. They are checked here, because the SDK does not check the types in an
 * answer.
 */
export const ANSWERS = {
  queueUrl: z.object({ QueueUrl: z.string() }),
  attributes: z.object({ Attributes: optional(z.record(z.string(), text)) }),
  received: z.object({ Messages: entries(received) }),
  sent: z.object({
    Successful: entries(z.object({ Id: text, MD5OfMessageBody: optional(z.string()) })),
    Failed: entries(
      z.object({
        Id: text,
        Code: optional(z.string()),
        Message: optional(z.string()),
        SenderFault: optional(z.boolean()),
      }),
    ),
  }),
  changed: z.object({
    Successful: entries(entry),
    Failed: entries(z.object({ Id: text, SenderFault: optional(z.boolean()) })),
  }),
} as const;

export type SentAnswer = z.infer<(typeof ANSWERS)['sent']>;

/**
 * Reads an answer.
 * @throws Error if the answer is not one of SQS
 */
export function readSqsAnswer<T extends z.ZodType>(schema: T, answer: unknown): z.infer<T> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const [place = ''] = read.error.issues.map(({ path }) => path.map(String).join('.'));
  throw new Error(`the answer of the queue has a wrong value in ${place}; check that it is SQS`);
}
