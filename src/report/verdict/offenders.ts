import { printable } from '../../printable.ts';
import { HOP_COUNTS, OFFENCES } from '../../runs/documents/counts.ts';
import { MAX_OFFENDERS, type Offender } from '../../runs/documents/offender.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import { sawEverything } from '../../runs/saw-everything.ts';
import { formatCount } from '../figures.ts';
import type { OffenderFact, OffendersFact } from './facts.ts';
import { KINDS } from './kinds.ts';
import { requestKey } from './request-key.ts';

/**
 * Returns the first messages of each kind of problem. Lost messages are left out if the queue was not read completely,
 * because qbl cannot know which are lost.
 */
export function offendersFacts(record: VerifyRecord): OffendersFact[] {
  const { hops } = record;
  const lists = [
    ...OFFENCES.filter((offence) => offence !== 'lost' || sawEverything(record)).map((name) => ({
      name,
      count: record[name],
      list: record.offenders[name],
    })),
    ...(hops === null
      ? []
      : HOP_COUNTS.map((name) => ({ name, count: hops[name], list: hops.offenders[name] }))),
  ];
  return lists
    .map(({ name, count, list }) => ({
      name: KINDS[name].name,
      total: Math.max(count, list.length),
      messages: list.slice(0, MAX_OFFENDERS).map((offender) => offenderFact(offender, record)),
    }))
    .filter(({ messages }) => messages.length > 0);
}

function offenderFact({ identity, place }: Offender, { run, reading }: VerifyRecord): OffenderFact {
  return {
    key: identity === null || identity.run !== run ? null : requestKey(identity),
    message: identity === null ? 'identity unreadable' : messageText(identity, run),
    place: place === null ? null : placeText(place, reading),
  };
}

function messageText(identity: NonNullable<Offender['identity']>, run: string): string {
  const { group, thread, loop, request } = identity;
  return [
    ...(identity.run === run ? [] : [`run ${printable(identity.run)}`]),
    `thread ${group}-${thread}`,
    `loop ${loop}`,
    ...(request === 1 ? [] : [`request ${request}`]),
  ].join(', ');
}

/**
 * Describes the position of a message. If the queue is not a log like a Kafka topic, it has no offsets. The reader then
 * numbers the deliveries, and that number is shown.
 */
function placeText(
  { partition, offset }: NonNullable<Offender['place']>,
  reading: VerifyRecord['reading'],
): string {
  return reading === 'log'
    ? `partition ${partition}, offset ${formatCount(offset)}`
    : `delivery ${formatCount(offset + 1)}`;
}
