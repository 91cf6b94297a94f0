import type { Scope } from '../../../language/evaluate.ts';
import { collectionOf, isTrue, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext } from '../context.ts';

/** Reads the properties of an assertion for one request. */
export class AssertionReader {
  readonly #element: TestElement;
  readonly #scope: Scope;
  readonly #context: ImportContext;

  constructor(element: TestElement, scope: Scope, context: ImportContext) {
    this.#element = element;
    this.#scope = scope;
    this.#context = context;
  }

  refuse(message: string): void {
    this.#context.refuse(this.#element, message);
  }

  has(name: string): boolean {
    return this.#element.properties.has(name);
  }

  text(name: string): string {
    return this.#constant(name, textOf(this.#element, name));
  }

  /** @param standard the value if the property is missing */
  isTrue(name: string, standard = false): boolean {
    return this.has(name) ? isTrue(this.text(name)) : standard;
  }

  texts(name: string): readonly string[] {
    return collectionOf(this.#element, name).map(({ text }) => this.#constant(name, text));
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

  #constant(name: string, text: string): string {
    return this.#context.constantIn(this.#element, name, text, this.#scope);
  }
}
