import { javaLong, LONG_BITS, wholeNumber } from '../../../language/java-int.ts';
import type { RandomSource } from '../../../sources/source.ts';
import { countFormat } from '../../../template/counter.ts';
import type { ImportContext } from '../context.ts';
import type { Bean } from './bean.ts';

const MOST_RANGE = 2 ** 31 - 1;
/** JSON numbers represent all whole numbers up to this number exactly. */
const MOST = 1e15;

/** Reads a Random Variable (RandomVariableConfig.java). Null if it sets no variable, or was refused. */
export function randomSource(
  bean: Bean,
  place: Pick<RandomSource, 'element' | 'controller'>,
  context: ImportContext,
): RandomSource | null {
  const name = bean.text('variableName', '');
  const least = numberOf(bean, 'minimumValue', context);
  const most = numberOf(bean, 'maximumValue', context);
  const format = bean.text('outputFormat', '');
  if (!/^[\x20-\x7e]*$/.test(format) || countFormat(format) === null)
    context.refuse(bean.element, `outputFormat=${format} is not supported`);
  // If the maximum is below the minimum, JMeter logs an error and sets nothing.
  if (name === '' || least > most) return null;
  return {
    kind: 'random',
    ...place,
    name,
    least,
    range: Math.min(most - least + 1, MOST_RANGE),
    format,
    seed: seedOf(bean.text('randomSeed', '')),
    perThread: bean.isTrue('perThread'),
  };
}

/** A text that is no long is 0 (NumberUtils.java, toLong). */
function numberOf(bean: Bean, property: string, context: ImportContext): number {
  const text = bean.text(property, '');
  const value = javaLong(text);
  if (Math.abs(value) <= MOST) return value;
  context.refuse(bean.element, `${property}: expected a number from -${MOST} to ${MOST}, not ${text}`);
  return 0;
}

/** Returns a long in decimal digits. Null for every other text: JMeter then uses no seed. */
function seedOf(text: string): string | null {
  return wholeNumber(text, LONG_BITS)?.toString() ?? null;
}
