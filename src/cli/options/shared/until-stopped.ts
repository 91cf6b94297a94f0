import { Option } from 'commander';

export const UNTIL_STOPPED = '--until-stopped';

export const untilStoppedOption = () =>
  new Option(UNTIL_STOPPED, 'send at the rate of --rate until Ctrl-C, SIGTERM or qbl stop')
    .conflicts(['loops', 'duration'])
    .helpGroup('Plan:');
