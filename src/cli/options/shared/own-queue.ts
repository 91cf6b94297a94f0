import { QblError } from '../../../error.ts';

/**
 * The error for an option that needs --queue. Without --queue, `qbl run` starts its own broker, whose address the
 * user's service cannot know.
 * @param what the option, in the singular or plural with its verb: `hops need`
 */
export function needsQueue(what: string): QblError {
  return new QblError('usage', `${what} --queue: your service must know the broker`, {
    hint: 'Without --queue, qbl run starts its own broker on a free port. Start a broker with qbl broker, and name its queue with --queue kafka://localhost:9092/stress-topic.',
  });
}
