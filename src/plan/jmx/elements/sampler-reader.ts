import type { MessageScope, Scope } from '../language/evaluate.ts';
import { isTrue, type TestElement, textOf } from '../tree.ts';
import type { ImportContext, Variables } from './context.ts';
import type { TreeLevel } from './level.ts';
import { defineUserParameters } from './user-parameters.ts';

/**
 * Reads the properties of an HTTP request. If a property is empty, the HTTP Request Defaults above the request give
 * its value.
 */
export class SamplerReader {
  readonly element: TestElement;
  readonly level: TreeLevel;
  /** Finds the values of variables and functions that change from message to message. */
  readonly scope: Scope;
  readonly #variables: Variables;
  readonly #context: ImportContext;

  constructor(element: TestElement, level: TreeLevel, context: ImportContext) {
    this.element = element;
    this.level = level;
    this.#context = context;
    this.#variables = level.userParameters.reduce(
      (variables, each) => defineUserParameters(each, variables, context),
      level.variables,
    );
    this.scope = context.scope(this.#variables, messageScope(context));
  }

  /**
   * Returns the text of a property, with variables not replaced. If the property is empty, the HTTP Request
   * Defaults give its text (HTTPSamplerBase.java, ConfigTestElement.java).
   */
  raw(name: string): string {
    const elements = [this.element, ...this.level.defaults];
    return elements.map((element) => textOf(element, name)).find((text) => text.trim() !== '') ?? '';
  }

  constant(name: string): string {
    return this.constantOf(name, this.raw(name)).trim();
  }

  constantOf(name: string, text: string): string {
    return this.#context.constant(this.element, name, text, this.#variables);
  }

  milliseconds(name: string): number {
    return Math.floor(this.#context.number(this.element, name, this.constant(name)));
  }

  isTrue(name: string): boolean {
    return isTrue(this.constant(name));
  }
}

/**
 * Returns the variables that replace functions in a message. The first UUID function becomes `${uuid}`, which every
 * plan has.
 */
function messageScope({ ownVariables }: ImportContext): MessageScope {
  let uuids = 0;
  return {
    uuid: () => (uuids++ === 0 ? 'uuid' : ownVariables.uuid()),
    counter: () =>
      ownVariables.counter('counter', { start: 1, end: null, increment: 1, format: '', perThread: false }),
  };
}
