import type { Scope } from '../../../language/evaluate.ts';
import { isTrue, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext } from '../context.ts';

/** Reads the properties of an element for one request. Each value must be the same for all messages. */
export class PropertyReader {
  protected readonly element: TestElement;
  readonly #scope: Scope;
  readonly #context: ImportContext;

  constructor(element: TestElement, scope: Scope, context: ImportContext) {
    this.element = element;
    this.#scope = scope;
    this.#context = context;
  }

  refuse(message: string): void {
    this.#context.refuse(this.element, message);
  }

  has(name: string): boolean {
    return this.element.properties.has(name);
  }

  text(name: string): string {
    return this.constant(name, textOf(this.element, name));
  }

  /** @param standard the value if the property is missing */
  isTrue(name: string, standard = false): boolean {
    return this.has(name) ? isTrue(this.text(name)) : standard;
  }

  protected constant(name: string, text: string): string {
    return this.#context.constantIn(this.element, name, text, this.#scope);
  }
}
