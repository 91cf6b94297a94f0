import { isTrueScript } from '../../../flow/script.ts';
import type { ControllerStep } from '../../../flow/step.ts';
import { ExpressionError } from '../../../language/expression.ts';
import type { FilledText } from '../../../language/filled-text.ts';
import { javaInt } from '../../../language/java-int.ts';
import * as schema from '../../../schema.ts';
import { type ControllerName, knownName } from '../../registry.ts';
import { isTrue, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import type { TreeLevel } from '../level.ts';
import { controllerText } from './controller-text.ts';

/** What a controller says itself, without its steps and its number. */
export type ControllerFields = WithoutSteps<ControllerStep>;
type WithoutSteps<T> = T extends ControllerStep ? Omit<T, 'steps' | 'number'> : never;

const MAX_INT = 2 ** 31 - 1;

/** Reads the properties of one controller. */
class ControllerReader {
  readonly #element: TestElement;
  readonly #level: TreeLevel;
  readonly #context: ImportContext;

  constructor(element: TestElement, level: TreeLevel, context: ImportContext) {
    this.#element = element;
    this.#level = level;
    this.#context = context;
  }

  name(): string {
    const name = this.#constant('testname', this.#element.name);
    return this.#context.checked(this.#element, 'testname', schema.oneLine, name, '');
  }

  text(property: string): FilledText {
    return controllerText(
      this.#element,
      property,
      textOf(this.#element, property),
      this.#level,
      this.#context,
    );
  }

  /** Returns the name of a variable that the controller sets. The name must be written without variables. */
  writtenName(property: string): string {
    const text = textOf(this.#element, property);
    if (text.includes('${'))
      this.#context.refuse(this.#element, `${property}: expected a name without variables`);
    return text;
  }

  /** Returns the first part of the names of variables. Refuses names that only the plan has values for. */
  prefix(property: string): FilledText {
    const text = this.text(property);
    const [first] = text;
    const start = first !== undefined && 'literal' in first ? first.literal : '';
    const unknown = [...this.#context.setInScopes].find((name) => name.startsWith(start));
    if (unknown !== undefined)
      this.#context.refuse(
        this.#element,
        `${property}: the variable ${unknown} of a Counter or of User Parameters is not supported here`,
      );
    return text;
  }

  constant(property: string): string {
    return this.#constant(property, textOf(this.#element, property));
  }

  /** Reads a whole number. A missing property has the standard value, and an empty one is 0. */
  int(property: string, standard: number): number {
    return this.#element.properties.has(property) ? javaInt(this.constant(property)) : standard;
  }

  isTrue(property: string, standard = false): boolean {
    return this.#element.properties.has(property) ? isTrue(this.constant(property)) : standard;
  }

  /** Refuses a condition that qbl cannot evaluate, even if each variable in it is a number. */
  checkScript(property: string, condition: FilledText): void {
    const script = condition.map((part) => ('literal' in part ? part.literal : '1')).join('');
    try {
      isTrueScript(script.trim());
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.refuse(`${property}: ${error.message}`);
    }
  }

  refuse(message: string): void {
    this.#context.refuse(this.#element, message);
  }

  #constant(property: string, text: string): string {
    return this.#context.constant(this.#element, property, text, this.#level.variables);
  }
}

const READERS: Readonly<Record<ControllerName, (reader: ControllerReader) => ControllerFields>> = {
  LoopController: (reader) => ({
    kind: 'loop',
    name: reader.name(),
    count: reader.text('LoopController.loops'),
    startsAgain: reader.isTrue('LoopController.continue_forever', true),
  }),
  OnceOnlyController: (reader) => ({ kind: 'once', name: reader.name() }),
  TransactionController: (reader) => ({
    kind: 'transaction',
    name: reader.name(),
    isParent: reader.isTrue('TransactionController.parent'),
    includesTimers: reader.isTrue('TransactionController.includeTimers', true),
  }),
  IfController: (reader) => {
    const isScript = !reader.isTrue('IfController.useExpression');
    const condition = reader.text('IfController.condition');
    if (isScript) reader.checkScript('IfController.condition', condition);
    const evaluatesAll = reader.isTrue('IfController.evaluateAll');
    return { kind: 'if', name: reader.name(), condition, isScript, evaluatesAll };
  },
  WhileController: (reader) => ({
    kind: 'while',
    name: reader.name(),
    condition: reader.text('WhileController.condition'),
  }),
  ForeachController: (reader) => ({
    kind: 'forEach',
    name: reader.name(),
    input: reader.prefix('ForeachController.inputVal'),
    output: reader.writtenName('ForeachController.returnVal'),
    separator: reader.isTrue('ForeachController.useSeparator', true) ? '_' : '',
    start: reader.int('ForeachController.startIndex', 0),
    end: reader.int('ForeachController.endIndex', MAX_INT),
  }),
};

/** Reads a controller, without the elements under it. */
export function controllerFields(
  element: TestElement,
  level: TreeLevel,
  context: ImportContext,
): ControllerFields {
  const reader = new ControllerReader(element, level, context);
  const name = knownName(element);
  // Every other controller does its steps one after the other.
  if (name === null || !Object.hasOwn(READERS, name)) return { kind: 'simple', name: element.name };
  return READERS[name as ControllerName](reader);
}
