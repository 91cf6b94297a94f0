import type { Command } from 'commander';
import { QblError } from '../../../error.ts';

/** Whether an option was given on the command line, and not by a default or the environment. */
function isGiven(command: Command, flag: string): boolean {
  const option = command.options.find(({ long }) => long === flag);
  if (option === undefined) throw new RangeError(`${command.name()} has no option ${flag}`);
  return command.getOptionValueSource(option.attributeName()) === 'cli';
}

/**
 * Rejects options that would have no effect.
 * @param why the reason, which follows the name of the option in the error
 * @throws QblError 'usage' if such an option is given
 */
export function mustNotBeGiven(command: Command, flags: readonly string[], why: string, hint?: string): void {
  const given = flags.find((flag) => isGiven(command, flag));
  if (given === undefined) return;
  throw new QblError('usage', `${given} ${why}`, hint === undefined ? {} : { hint });
}
