import { isTrue, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext, Variables } from '../context.ts';

/** The properties of an element that JMeter reads once for each thread (TestBeanHelper.java). */
export class Bean {
  readonly element: TestElement;
  readonly #variables: Variables;
  readonly #context: ImportContext;

  constructor(element: TestElement, variables: Variables, context: ImportContext) {
    this.element = element;
    this.#variables = variables;
    this.#context = context;
  }

  /** Returns the value of a property, or the standard value if the element does not have the property. */
  text(property: string, standard: string): string {
    if (!this.element.properties.has(property)) return standard;
    return this.#context.constant(this.element, property, textOf(this.element, property), this.#variables);
  }

  /** A property that the element does not have is false (tried with JMeter 5.6.3). */
  isTrue(property: string): boolean {
    return isTrue(this.text(property, ''));
  }
}
