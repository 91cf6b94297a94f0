import { Option } from 'commander';
import { RUNS_DIRECTORY } from '../runs/run-folder.ts';
import { runId } from './parsers.ts';

/** Options that several commands have, with the same name and meaning. */

export const runsOption = () =>
  new Option('--runs <folder>', 'where the folders of runs are').default(RUNS_DIRECTORY);

export const runOption = (description: string) => new Option('--run <id>', description).argParser(runId);

export const jsonOption = () => new Option('--json', 'print the result as one JSON object');

export const queueOption = (description: string) => new Option('--queue <url>', description).env('QBL_QUEUE');

export const queueConfigOption = () =>
  new Option(
    '--queue-config <file>',
    'name=value lines: security.protocol, sasl.username, ssl.ca.location, …',
  ).env('QBL_QUEUE_CONFIG');

/** Examples under the help of a command. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
