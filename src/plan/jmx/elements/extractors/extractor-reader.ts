import type { ExtractedField } from '../../../../samples/extractors/extractor.ts';
import { javaInt } from '../../../language/java-int.ts';
import { PropertyReader } from '../assertions/property-reader.ts';

/** What an extractor reads, by the value of JMeter's property in small letters. */
const FIELDS: Readonly<Record<string, ExtractedField>> = {
  true: 'headers',
  url: 'URL',
  code: 'code',
  message: 'message',
  unescaped: 'unescaped body',
};
const REFUSED_FIELDS = ['request_headers', 'as_document'];

/** Reads the properties of an extractor for one request. */
export class ExtractorReader extends PropertyReader {
  /** Whether the extractor reads the responses of redirects too (AbstractScopedTestElement.java). */
  readsRedirects(): boolean {
    const scope = this.has('Sample.scope') ? this.text('Sample.scope') : 'parent';
    if (scope !== 'parent' && scope !== 'all') this.refuse(`Sample.scope=${scope} is not supported`);
    return scope === 'all';
  }

  /** JMeter reads the body if it does not know the value of the property. */
  field(name: string): ExtractedField {
    const value = this.text(name);
    if (REFUSED_FIELDS.includes(value.toLowerCase())) this.refuse(`${name}=${value} is not supported`);
    return FIELDS[value.toLowerCase()] ?? 'body';
  }

  int(name: string): number {
    return javaInt(this.text(name));
  }
}
