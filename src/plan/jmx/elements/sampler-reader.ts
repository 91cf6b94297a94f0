import type { MessageScope, Scope } from '../../language/evaluate.ts';
import { javaInt } from '../../language/java-int.ts';
import { isTrue, type TestElement, textOf } from '../tree.ts';
import type { ImportContext, Variables } from './context.ts';
import type { TreeLevel } from './level.ts';
import { defineUserParameters } from './variables/user-parameters.ts';

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
    const own = textOf(this.element, name);
    const defaults = this.level.defaults.map((element) => textOf(element, name)).filter(isSet);
    this.#refuseForgotten(name, own, defaults);
    return [own, ...defaults].find(isSet) ?? '';
  }

  /**
   * Refuses a value that JMeter forgets. After each sample, JMeter removes the values that came from defaults, and with
   * them an equal value of the request. The next sample then has the value of the nearest defaults
   * (AbstractTestElement.java, recoverRunningVersion).
   */
  #refuseForgotten(name: string, own: string, defaults: readonly string[]): void {
    const [nearest = own] = defaults;
    if (!isSet(own) || nearest === own || !defaults.includes(own)) return;
    this.#context.refuse(
      this.element,
      `${name}: JMeter sends "${own}" in the first loop and "${nearest}" in all others: remove "${own}" from the HTTP Request Defaults`,
    );
  }

  /** Whether the request or the HTTP Request Defaults have a property, even an empty one. */
  has(name: string): boolean {
    return [this.element, ...this.level.defaults].some(({ properties }) => properties.has(name));
  }

  constant(name: string): string {
    return this.constantOf(name, this.raw(name)).trim();
  }

  constantOf(name: string, text: string): string {
    return this.#context.constant(this.element, name, text, this.#variables);
  }

  /** Returns a time-out. JMeter takes a negative number for 0, which means no time-out (HTTPHC4Impl.java, setupRequest). */
  timeoutMs(name: string): number {
    return Math.max(0, javaInt(this.constantOf(name, this.raw(name))));
  }

  isTrue(name: string): boolean {
    return isTrue(this.constant(name));
  }
}

function isSet(text: string): boolean {
  return text.trim() !== '';
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
