import { byName, OFFENCES, type Offence } from '../../runs/documents/counts.ts';
import { MAX_OFFENDERS, type Offender } from '../../runs/documents/offender.ts';

type MutableOffenders = Record<Offence, Offender[]>;

export function addOffender(offenders: MutableOffenders, offence: Offence, offender: Offender): void {
  if (offenders[offence].length < MAX_OFFENDERS) offenders[offence].push(offender);
}

export function newOffenders(from?: MutableOffenders): MutableOffenders {
  return byName(OFFENCES, (offence) => [...(from?.[offence] ?? [])]);
}
