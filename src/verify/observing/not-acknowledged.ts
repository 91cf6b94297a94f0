import { plural, verb } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { ObservedCounts } from '../../queue/watching/counts-watch.ts';
import { type EndOfWait, endTexts } from './observation.ts';
import type { QueueMeasurements } from './queue-measurements.ts';

/** Says why it is not proven that consumers acknowledged every message of the queue. Null if it is proven. */
export function notAcknowledgedText(
  { last, isAcknowledged }: Pick<QueueMeasurements, 'last' | 'isAcknowledged'>,
  end: EndOfWait,
  failure: string | null,
): string | null {
  if (isAcknowledged) return null;
  const silence =
    failure === null ? [] : [`the queue did not answer the last request: ${printable(failure)}`];
  if (last === null) return ['the counts of the queue are not known', ...silence].join(': ');
  return [...leftTexts(last), ...consumersTexts(last), ...endTexts(end), ...silence].join('; ');
}

/** Says what is left in the queue, or why that is not known. */
function leftTexts({ ready, unacknowledged, consumers }: ObservedCounts): string[] {
  if (unacknowledged.kind === 'unknown') {
    const known = ready > 0 ? [readyText(ready)] : [];
    const reason = printable(unacknowledged.reason);
    return [...known, `it is unknown whether the service acknowledged the messages that it took: ${reason}`];
  }
  const { messages } = unacknowledged;
  if (ready + messages > 0)
    return [
      ...(ready > 0 ? [readyText(ready)] : []),
      ...(messages > 0 ? [unacknowledgedText(messages)] : []),
    ];
  return consumers === 0
    ? []
    : ['the queue was empty for too short a time to be certain, because its counts can be old'];
}

function readyText(count: number): string {
  return `${plural(count, 'message')} ${verb(count, 'was', 'were')} still ready in the queue`;
}

function unacknowledgedText(count: number): string {
  return `${plural(count, 'message')} ${verb(count, 'was', 'were')} delivered to the service and not acknowledged`;
}

function consumersTexts({ ready, consumers }: ObservedCounts): string[] {
  if (consumers === null) return [];
  if (consumers > 0) return [`the queue had ${plural(consumers, 'consumer')}`];
  if (ready > 0) return ['the queue had no consumer'];
  return [
    'the queue reported no message and no consumer, and RabbitMQ reports the same if the leader of the queue does not answer: keep the service connected until qbl has ended',
  ];
}
