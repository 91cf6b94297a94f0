import { QblError } from '../../../error.ts';

/**
 * The error if `qbl run` would start its own broker, which a service of the user cannot know.
 * @param what the option, in the singular or plural with its verb: `hops need`
 */
export function needsQueue(what: string): QblError {
  return new QblError('usage', `${what} --queue: your service must know the broker`, {
    hint: 'Without --queue, qbl run starts its own broker on a free port. Start one with qbl broker, and name it with --queue kafka://localhost:9092/stress-topic.',
  });
}
