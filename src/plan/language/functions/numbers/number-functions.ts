import { randomUUID } from 'node:crypto';
import type { RunTimeScope } from '../../run-time-scope.ts';
import type { RunTimeFunctions } from '../run-time-function.ts';
import { randomNumber, randomText } from './random.ts';
import { sumOf } from './whole-number.ts';

/** Functions of numbers and random values. */
export const NUMBER_FUNCTIONS: RunTimeFunctions = {
  __Random: {
    parameters: [2, 3],
    stores: 2,
    call: ([least = '', most = '']) => randomNumber(least, most),
  },
  __RandomString: {
    parameters: [1, 3],
    stores: 2,
    call: ([length = '', characters]) => randomText(length, characters),
  },
  __UUID: { parameters: [0, 0], call: () => randomUUID() },
  __counter: {
    parameters: [1, 2],
    stores: 1,
    call: ([perThread = ''], { variables }, place) =>
      String(variables.run.count(place, perThread.toLowerCase() === 'true' ? variables : null)),
  },
  __intSum: { parameters: [2, Number.POSITIVE_INFINITY], sets: -1, call: sum(32) },
  __longSum: { parameters: [2, Number.POSITIVE_INFINITY], sets: -1, call: sum(64) },
};

function sum(bits: 32 | 64) {
  return (parameters: readonly string[], { variables }: RunTimeScope): string => {
    const { sum: total, variable } = sumOf(parameters, bits);
    if (variable !== '') variables.set(variable, total);
    return total;
  };
}
