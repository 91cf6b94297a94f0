import { type FilledText, literal } from '../../../language/filled-text.ts';
import { formEncoded } from './form-encoding.ts';
import { isEmpty, type Parameter } from './parameter.ts';

/** Returns the query with these parameters (HTTPSamplerBase.java, getQueryString). */
export function queryOf(parameters: readonly Parameter[]): FilledText {
  return parameters
    .filter(({ name }) => !isEmpty(name))
    .flatMap(({ name, separator, value, isPlain }, index) => [
      ...(index === 0 ? [] : literal('&')),
      ...(isPlain ? formEncoded(name) : name),
      ...separator,
      ...(isPlain ? formEncoded(value) : value),
    ]);
}
