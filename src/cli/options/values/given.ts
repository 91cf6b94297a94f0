import type { Command } from 'commander';
import { QblError } from '../../../error.ts';

/** Whether an option stands on the command line; a default and the environment do not count. */
function isGiven(command: Command, flag: string): boolean {
  const option = command.options.find(({ long }) => long === flag);
  if (option === undefined) throw new RangeError(`${command.name()} has no option ${flag}`);
  return command.getOptionValueSource(option.attributeName()) === 'cli';
}

/**
 * Who gives an option expects that it does something.
 * @param why follows the name of the option
 * @throws QblError 'usage' when one of them is given
 */
export function mustNotBeGiven(command: Command, flags: readonly string[], why: string, hint?: string): void {
  const given = flags.find((flag) => isGiven(command, flag));
  if (given === undefined) return;
  throw new QblError('usage', `${given} ${why}`, hint === undefined ? {} : { hint });
}
