import { plural, verb } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { BeyondEnd } from './beyond-end.ts';
import type { Behind, GroupMeasurements } from './group-measurements.ts';
import { type EndOfWait, endTexts } from './observation.ts';

const MAX_SHOWN = 3;
/**
 * The request DescribeGroups does not report groups of the new protocol (KIP-848). So only a commit shows
 * that such a group exists.
 */
const NO_SUCH_GROUP =
  'the broker reports no such group (a group of the newer protocol appears only with its first commit)';

/**
 * Says why it is not proven that the group committed every message of the run. Null if the group committed every
 * message.
 */
export function notCommittedText(
  group: string,
  measurements: Pick<GroupMeasurements, 'backlog' | 'messages' | 'behind' | 'beyondEnd' | 'last'>,
  end: EndOfWait,
  failure: string | null,
): string | null {
  const { backlog, messages, behind } = measurements;
  const name = `group "${printable(group)}"`;
  if (backlog > 0) {
    const were = verb(backlog, 'was', 'were');
    const of = backlog === messages ? '' : ` of ${messages}`;
    return `${backlog}${of} ${messages === 1 ? 'message' : 'messages'} ${were} not committed by ${name}: ${whyOf(measurements, end, failure)}`;
  }
  if (behind.length === 0) return null;
  const left = behind.length - MAX_SHOWN;
  const shown = [...behind.slice(0, MAX_SHOWN).map(behindText), ...(left > 0 ? [`${left} more`] : [])];
  return `${name} committed every message, then moved its committed offsets back: ${shown.join(', ')}`;
}

function behindText({ partition, committed, end }: Behind): string {
  return `partition ${partition} is at offset ${committed}, and the messages end at ${end}`;
}

function whyOf(
  { last, beyondEnd }: Pick<GroupMeasurements, 'last' | 'beyondEnd'>,
  end: EndOfWait,
  failure: string | null,
): string {
  return [
    ...stateTexts(last),
    ...beyondEnd.slice(0, MAX_SHOWN).map(beyondEndText),
    ...endTexts(end),
    ...(failure === null ? [] : [`the queue did not answer the last request: ${printable(failure)}`]),
  ].join('; ');
}

function stateTexts(last: GroupMeasurements['last']): string[] {
  if (last === null || last.members === null) return [];
  const { state, members, committed } = last;
  if (members.size > 0) return [`it was ${printable(state)} with ${plural(members.size, 'member')}`];
  return [committed.size > 0 || state !== 'Dead' ? 'the group had no members' : NO_SUCH_GROUP];
}

function beyondEndText({ partition, offset }: BeyondEnd): string {
  return `its offset ${offset} of partition ${partition} was committed beyond the end of the log: the topic was recreated, or somebody set the offset`;
}
