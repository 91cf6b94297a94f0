import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  addSendOptions,
  formatSendArguments,
  type GivenSendOptions,
  type SendOptions,
} from './send-options.ts';
import { addGroup } from './shared/capacity-options.ts';
import { argument, flagArgument, type Given } from './values/arguments.ts';

interface OwnJMeterOptions {
  readonly jmeterHome?: string;
  readonly heap: string;
  readonly report?: true;
  readonly render?: string;
}

export type JMeterCommandOptions = SendOptions & OwnJMeterOptions;

export function addJMeterOptions(command: Command): Command {
  return addGroup(addSendOptions(command), 'JMeter:', [
    new Option('--jmeter-home <folder>', 'folder of JMeter (default: JMETER_HOME, or else the PATH)'),
    new Option('--heap <size>', 'maximum heap of JMeter, such as 512m or 4g').default('1g').argParser(heap),
    new Option('--report', "add JMeter's HTML dashboard to the run's folder"),
    new Option('--render <file>', 'write the plan to this .jmx file and send nothing'),
  ]);
}

export function formatJMeterArguments(options: GivenSendOptions & Given<OwnJMeterOptions>): string[] {
  return [
    ...formatSendArguments(options),
    ...argument('--jmeter-home', options.jmeterHome),
    ...argument('--heap', options.heap),
    ...flagArgument('--report', options.report),
    ...argument('--render', options.render),
  ];
}

function heap(text: string): string {
  if (/^[1-9]\d{0,5}[kmg]$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected a size such as 512m or 4g.');
}
