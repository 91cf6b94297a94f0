import { QblError } from '../error.ts';
import { formatQueueUrl, parseQueueUrl } from '../queue/url/url.ts';
import { z } from '../schema/zod.ts';
import { HOP_RULES, type Hop, repeatedQueue } from './hops.ts';
import { find } from './identity-fields.ts';

/** How a plan file writes the fields about hops. */

export const MAX_HOPS = 20;
const HOP_EXPECTED = 'expected a queue URL, or a mapping with queue and find';

const NAME_EXPECTED = 'a name of 1 to 40 letters, digits, dots, hyphens and underscores';

export const hopName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, `expected ${NAME_EXPECTED}`);

const hopFields = z.strictObject(
  {
    queue: z.string(),
    find: find.exactOptional().describe('Where verify looks for a token in the messages of this hop.'),
  },
  HOP_EXPECTED,
);

const hop = z
  .union([z.string().transform((queue) => ({ queue })), hopFields], HOP_EXPECTED)
  .transform((written, context): Omit<Hop, 'name'> => {
    try {
      return { ...written, queue: withoutSecrets(written.queue) };
    } catch (error) {
      if (!(error instanceof QblError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/**
 * Checks that the URL has no secrets, and returns the whole URL.
 * @throws QblError 'usage' that never repeats a secret
 */
export function withoutSecrets(queue: string): string {
  return formatQueueUrl(parseQueueUrl(queue));
}

export const hops = z
  .record(hopName, hop, `expected a queue URL for each hop, under ${NAME_EXPECTED}`)
  .superRefine((record, context) => {
    const count = Object.keys(record).length;
    if (count < 1 || count > MAX_HOPS)
      context.addIssue({ code: 'custom', message: `expected 1 to ${MAX_HOPS} hops` });
  })
  .transform((record, context): readonly Hop[] => {
    const list = Object.entries(record).map(([name, each]) => ({ name, ...each }));
    const repeated = repeatedQueue(list);
    if (repeated !== null)
      context.addIssue({
        code: 'custom',
        path: [repeated.name],
        message: 'expected a queue that no other hop has',
      });
    return list;
  })
  .describe(
    'Further queues or topics, by name, to which the service writes outputs, replies and dead letters.',
  );

export const hopRule = z
  .enum(HOP_RULES, `expected ${HOP_RULES.join(' or ')}`)
  .describe('In how many hops each message of the queue must be.');
