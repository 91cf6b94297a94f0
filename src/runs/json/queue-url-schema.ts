import { QblError } from '../../error.ts';
import { parseQueueUrl } from '../../queue/url/url.ts';
import { z } from '../../schema/zod.ts';

/** Checks the URL of the queue. An invalid URL is reported as a damaged file, not as a mistake of the user. */
export const queueUrl = z.string().check(({ value, issues }) => {
  try {
    parseQueueUrl(value);
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    issues.push({ code: 'custom', input: value, message: error.message });
  }
});
