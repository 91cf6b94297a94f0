import { plural, verb } from '../../plural.ts';
import type { OtherExecutionsCount } from '../counting/other-executions.ts';
import type { GatheredRun } from '../gathering/gathered.ts';

/**
 * Why messages of another execution leave open which ones are of this one; null: there are none, or they are told apart
 * by when they were sent.
 * @param fitting messages that fit their rows
 * @param undecided messages that may be of either: without a row, or without a sum that proves when they were sent
 */
export function mingled(
  { run, startedAtMs }: GatheredRun,
  { among, apart }: OtherExecutionsCount,
  { fitting, undecided }: { readonly fitting: number; readonly undecided: number },
): string | null {
  const other = among + apart;
  if (other === 0) return null;
  const carry = `${plural(other, 'message')} ${verb(other, 'carries', 'carry')}`;
  if (among > 0)
    return `${carry} the id ${run} and not a time of its samples: another sender used the id, or the samples are of another run`;
  if (startedAtMs === null && fitting === 0)
    return `${carry} the id ${run}, all of them sent at another time than its samples say: these may be of another run`;
  return undecided === 0
    ? null
    : `${carry} the id ${run} from another execution, and ${undecided} more may be of either`;
}
