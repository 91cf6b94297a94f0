import { expect, it } from 'vitest';
import { JavaRandom } from './java-random.ts';

it.each([
  [42n, 100, [30, 63, 48, 84, 70]],
  [42n, 1, [0, 0, 0, 0, 0]],
  [2n, 16, [11, 4, 14, 0, 7]],
  [2n, 999999999, [570126109, 630021372, 935844041, 8925067, 66918390]],
  [-7n, 2147483647, [577934662, 1935951297, 1445645590, 2031187707, 1119890478]],
  [-7n, 1610612737, [577934662, 1445645590, 1119890478, 314447087, 677675436]],
  [9007199254740993n, 100, [85, 88, 47, 13, 54]],
])('draws the numbers of Java with the seed %s below %s', (seed, bound, numbers) => {
  const random = new JavaRandom(seed);
  expect(numbers.map(() => random.below(bound))).toEqual(numbers);
});
