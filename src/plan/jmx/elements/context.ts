import type { z } from 'zod';
import {
  constantOf,
  evaluate,
  type FilledText,
  type MessageScope,
  type Scope,
  templateOf,
} from '../language/evaluate.ts';
import { ExpressionError, parseProperty } from '../language/expression.ts';
import { OwnVariables } from '../language/own-variables.ts';
import { isTrue, type TestElement, textOf } from '../tree.ts';

/** A part of the .jmx that qbl cannot send as JMeter would, and its line and path in the file. */
export interface JmxRefusal {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** Variables in the order of their definitions. A later variable hides an earlier one of the same name. */
export type Variables = ReadonlyMap<string, Definition>;
/** Evaluates a variable for one message. With null it evaluates as JMeter does at the start of the test. */
export type Definition = (message: MessageScope | null) => FilledText;

/** User Parameters are evaluated where they are mentioned, each level on the stack of the one before. */
const MAX_DEPTH = 500;

/** Collects the results and the refusals while qbl reads a test plan. */
export class ImportContext {
  readonly refusals: JmxRefusal[] = [];
  readonly #refused = new Set<string>();
  #depth = 0;
  readonly ownVariables = new OwnVariables();
  readonly properties: Readonly<Record<string, string>>;
  /** True if a request asks JMeter to follow redirects. */
  followsRedirects = false;

  constructor(properties: Readonly<Record<string, string>>) {
    this.properties = properties;
  }

  /** Refuses each property once. A refused property causes further mistakes, which would only confuse. */
  refuse({ line, path }: Pick<TestElement, 'line' | 'path'>, message: string): void {
    const [property] = message.split(': ');
    const key = `${line} ${path}\n${property}`;
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    this.refusals.push({ line, path, message });
  }

  scope(variables: Variables, message: MessageScope | null): Scope {
    return {
      properties: this.properties,
      message,
      variable: (name) => variables.get(name)?.(message) ?? null,
    };
  }

  /** The value of a property that JMeter reads once. Empty if the property was refused. */
  constant(element: TestElement, property: string, text: string, variables: Variables): string {
    return this.#tried(
      element,
      property,
      () => constantOf(this.evaluate(text, this.scope(variables, null))),
      '',
    );
  }

  /** True if a boolean property is on. */
  isTrue(element: TestElement, property: string, variables: Variables): boolean {
    return isTrue(this.constant(element, property, textOf(element, property), variables));
  }

  /** The value of a property as a template of a plan. Empty if the property was refused. */
  template(element: TestElement, property: string, text: string, scope: Scope): string {
    return this.#tried(element, property, () => templateOf(this.evaluate(text, scope)), '');
  }

  /** The value of a variable. Empty if the variable was refused. */
  filled(element: TestElement, name: string, text: string, scope: Scope): FilledText {
    return this.#tried(element, name, () => this.evaluate(text, scope), []);
  }

  /** @throws ExpressionError */
  evaluate(text: string, scope: Scope): FilledText {
    if (this.#depth >= MAX_DEPTH) {
      throw new ExpressionError(`variables mention each other more than ${MAX_DEPTH} levels deep`);
    }
    this.#depth++;
    try {
      return evaluate(parseProperty(text), scope);
    } finally {
      this.#depth--;
    }
  }

  /** The value after the check of the plan's schema. Returns `fallback` if the value was refused. */
  checked<T>(element: TestElement, property: string, schema: z.ZodType<T>, value: unknown, fallback: T): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      this.refuse(element, `${[property, ...path.map(String)].join('.')}: ${message}`);
    }
    return fallback;
  }

  /** Reads a number as JMeter does: an empty text is 0. Refuses numbers below `least` or above `most`. */
  number(element: TestElement, property: string, text: string, most = 2 ** 31 - 1, least = 0): number {
    const value = /^\s*$/.test(text) ? 0 : /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.refuse(
      element,
      `${property}: expected a number from ${least} to ${most}, not ${JSON.stringify(text)}`,
    );
    return least;
  }

  #tried<T>(element: TestElement, property: string, evaluateIt: () => T, fallback: T): T {
    try {
      return evaluateIt();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.refuse(element, `${property}: ${error.message}`);
      return fallback;
    }
  }
}
