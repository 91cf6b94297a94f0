import { plural, verb } from '../../plural.ts';
import type { OtherExecutionsCount } from '../counting/other-executions.ts';
import type { GatheredRun } from '../gathering/gathered.ts';

/**
 * Returns why messages of this run cannot be distinguished from another sender's messages with the same run ID. Null
 * if no other sender used the ID, or if send times distinguish the messages.
 * @param fitting number of messages that were sent at the time of their row
 * @param undecided number of messages that may come from either sender: they have no row, or no checksum proves their
 * send time
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
    return `${carry} the id ${run}, but no sample fits the send time: another sender used the id, or the samples belong to another run`;
  if (startedAtMs === null && fitting === 0)
    return `${carry} the id ${run}, but none was sent at the time of its sample: the samples may belong to another run`;
  return undecided === 0
    ? null
    : `${carry} the id ${run} from another execution, and ${undecided} more may belong to either execution`;
}
