import { byName, OFFENCES, type Offence } from '../../runs/documents/counts.ts';
import { MAX_OFFENDERS, type Offender } from '../../runs/documents/offender.ts';
import type { Offenders } from '../../runs/documents/verify-json.ts';

type MutableOffenders = Record<Offence, Offender[]>;

export function addOffender(offenders: MutableOffenders, offence: Offence, offender: Offender): void {
  if (offenders[offence].length < MAX_OFFENDERS) offenders[offence].push(offender);
}

export function newOffenders(from?: MutableOffenders): MutableOffenders {
  return byName(OFFENCES, (offence) => [...(from?.[offence] ?? [])]);
}

/** Returns the offenders of all runs, at most `MAX_OFFENDERS` of each kind. */
export function mergeOffenders(all: readonly Offenders[]): Offenders {
  return byName(OFFENCES, (offence) =>
    all.flatMap((offenders) => offenders[offence]).slice(0, MAX_OFFENDERS),
  );
}
