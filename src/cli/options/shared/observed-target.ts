import { QblError } from '../../../error.ts';
import { formatQueueUrl, parseQueueUrl } from '../../../queue/url/url.ts';
import type { ObservedTarget } from '../../../verify/options.ts';
import { OBSERVE_SERVICE } from './options.ts';
import { needsQueue } from './own-queue.ts';

interface ObserveOptions {
  readonly serviceGroup?: string;
  readonly observeService?: true;
  readonly consume?: true;
}

/** Returns how the user's own service is observed. Null if it is not observed. */
export function observedTargetOf({ serviceGroup, observeService }: ObserveOptions): ObservedTarget | null {
  if (serviceGroup !== undefined) return { by: 'group', group: serviceGroup };
  return observeService ? { by: 'queue' } : null;
}

/** Returns the option with which the user asked to observe a service. Null if no service is observed. */
export function observeOptionOf(options: ObserveOptions): string | null {
  const target = observedTargetOf(options);
  if (target === null) return null;
  return target.by === 'group' ? '--service-group' : OBSERVE_SERVICE;
}

/**
 * Checks the options that observe a service against the queue, before anything is started.
 * @param queue the URL of the queue; undefined if qbl starts its own broker
 * @throws QblError 'usage' if this queue cannot be observed in this way
 */
export function checkObserved(options: ObserveOptions, queue: string | undefined): void {
  const target = observedTargetOf(options);
  if (target === null) return;
  const option = target.by === 'group' ? '--service-group' : OBSERVE_SERVICE;
  if (options.serviceGroup !== undefined && options.observeService) {
    throw new QblError('usage', `--service-group cannot be combined with ${OBSERVE_SERVICE}`, {
      hint: `Use --service-group on Kafka, and ${OBSERVE_SERVICE} on RabbitMQ and SQS.`,
    });
  }
  if (queue === undefined) throw needsQueue(`${option} needs`);
  const address = parseQueueUrl(queue);
  const isKafka = address.system === 'kafka';
  if (target.by === 'group' && !isKafka) {
    throw new QblError('usage', `--service-group: ${formatQueueUrl(address)} has no consumer groups`, {
      hint: `Use ${OBSERVE_SERVICE} instead.`,
    });
  }
  if (target.by === 'queue' && isKafka) {
    throw new QblError('usage', `${OBSERVE_SERVICE} works only with RabbitMQ and SQS`, {
      hint: 'On Kafka, use --service-group with the name of the consumer group of your service.',
    });
  }
  if (target.by === 'queue' && options.consume) {
    throw new QblError('usage', `${OBSERVE_SERVICE} cannot be combined with --consume`, {
      hint: 'With --consume, qbl would take the messages from your service. Omit --consume.',
    });
  }
}
