import { Option } from 'commander';
import { RUNS_DIRECTORY } from '../../../runs/run-folder.ts';
import { groupName, headerName, newHeaderName, runId, wholeNumber } from '../values/parsers.ts';

/** Options that several commands share, with the same name and meaning. */

export const runsOption = () =>
  new Option('--runs <folder>', 'folder that contains the runs').default(RUNS_DIRECTORY);

export const runOption = (description: string) => new Option('--run <id>', description).argParser(runId);

export const jsonOption = () => new Option('--json', 'print the result as one JSON object');

export const queueOption = (description: string) => new Option('--queue <url>', description).env('QBL_QUEUE');

export const queueConfigOption = () =>
  new Option('--queue-config <file>', 'file with connection settings, as name=value lines').env(
    'QBL_QUEUE_CONFIG',
  );

/** Default for --trace: the number of failed requests, and the number of successful requests, that are kept in full. */
const TRACED_SAMPLES = 1000;

export const traceOption = () =>
  new Option('--trace <n>', 'keep up to N failed and N successful requests in full; 0: none')
    .default(TRACED_SAMPLES)
    .argParser(wholeNumber(0, 100_000))
    .helpGroup('Run:');

export const allowErrorsOption = () =>
  new Option('--allow-errors', 'exit 0 even if requests were not acknowledged').helpGroup('Run:');

export const redactOption = () =>
  new Option('--redact <name>', 'header or URL parameter to hide in every file; repeatable')
    .argParser(headerName)
    .helpGroup('Run:');

export const passHeaderOption = () =>
  new Option(
    '--pass-header <name>',
    'request header to copy into the headers of each message; repeatable',
  ).argParser(newHeaderName);

export const serviceGroupOption = (description: string) =>
  new Option('--service-group <name>', description).argParser(groupName);

export const observeServiceOption = (description: string) => new Option(OBSERVE_SERVICE, description);

/** The option that observes the user's own service on a queue system without consumer groups. */
export const OBSERVE_SERVICE = '--observe-service';
