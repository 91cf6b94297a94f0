import { literal } from '../../../language/filled-text.ts';
import { formDecoded, formEncoded } from './form-encoding.ts';
import { type Entity, isBlank, type Parameter } from './parameter.ts';

/** Returns the body that consists of the values of all parameters (HTTPHC4Impl.java). */
export function rawEntity(parameters: readonly Parameter[]): Entity {
  return {
    text: parameters.flatMap(({ value, isPlain }) => (isPlain ? formEncoded(value) : value)),
    contentType: 'text/plain; charset=UTF-8',
  };
}

/**
 * Returns the body with the parameters of a form. JMeter decodes what the plan contains in encoded form, and then
 * encodes it again (HTTPHC4Impl.java, createUrlEncodedFormEntity).
 */
export function formEntity(parameters: readonly Parameter[]): Entity {
  const text = parameters
    .filter(({ name }) => !isBlank(name))
    .flatMap(({ name, value, isPlain }, index) => [
      ...(index === 0 ? [] : literal('&')),
      ...formEncoded(isPlain ? name : formDecoded(name)),
      ...literal('='),
      ...formEncoded(isPlain ? value : formDecoded(value)),
    ]);
  return {
    text,
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
  };
}
