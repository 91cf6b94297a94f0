import { collectionOf } from '../../tree.ts';
import { PropertyReader } from './property-reader.ts';

/** Reads the properties of an assertion for one request. */
export class AssertionReader extends PropertyReader {
  texts(name: string): readonly string[] {
    return collectionOf(this.element, name).map(({ text }) => this.constant(name, text));
  }

  /**
   * Whether JMeter applies the assertion to the sample itself. Other scopes apply it only to samples of redirects and
   * embedded resources (AbstractScopedTestElement.java), which qbl does not have.
   */
  isApplied(followsRedirects: boolean): boolean {
    if (!this.has('Assertion.scope')) return true;
    const scope = this.text('Assertion.scope');
    if (scope === 'variable') this.refuse('Assertion.scope=variable is not supported');
    if (followsRedirects && (scope === 'all' || scope === 'children'))
      this.refuse(`Assertion.scope=${scope} is not supported for a request that follows redirects`);
    return scope === 'parent' || scope === 'all';
  }
}
