import { DATE_FUNCTIONS } from './dates/date-calls.ts';
import { FILE_FUNCTIONS } from './files/file-functions.ts';
import { NUMBER_FUNCTIONS } from './numbers/number-functions.ts';
import type { RunTimeFunction, RunTimeFunctions } from './run-time-function.ts';
import { TEXT_FUNCTIONS } from './texts/text-functions.ts';
import { VARIABLE_FUNCTIONS } from './variable-functions.ts';

const RUN_TIME_FUNCTIONS: RunTimeFunctions = {
  ...NUMBER_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...VARIABLE_FUNCTIONS,
  ...FILE_FUNCTIONS,
};

export function runTimeFunction(name: string): RunTimeFunction | undefined {
  return Object.hasOwn(RUN_TIME_FUNCTIONS, name) ? RUN_TIME_FUNCTIONS[name] : undefined;
}
