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

/** Something that cannot be sent as JMeter would, and where it stands. */
export interface JmxRefusal {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** Variables in the order in which they are defined; later ones hide earlier ones. */
export type Variables = ReadonlyMap<string, Definition>;
/** Evaluated for the message of one request; null: as at the start of the test. */
export type Definition = (message: MessageScope | null) => FilledText;

/** User Parameters are evaluated where they are mentioned, each level on the stack of the one before. */
const MAX_DEPTH = 500;

/** What is gathered while a test plan is read. */
export class ImportContext {
  readonly refusals: JmxRefusal[] = [];
  readonly #refused = new Set<string>();
  #depth = 0;
  readonly ownVariables = new OwnVariables();
  readonly properties: Readonly<Record<string, string>>;
  /** A request is to follow redirects. */
  followsRedirects = false;

  constructor(properties: Readonly<Record<string, string>>) {
    this.properties = properties;
  }

  /** A property is refused once, because what was refused leads to further mistakes. */
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

  /** The value of a property that JMeter reads once; empty when it was refused. */
  constant(element: TestElement, property: string, text: string, variables: Variables): string {
    return this.#tried(
      element,
      property,
      () => constantOf(this.evaluate(text, this.scope(variables, null))),
      '',
    );
  }

  /** A property that is on or off. */
  isTrue(element: TestElement, property: string, variables: Variables): boolean {
    return isTrue(this.constant(element, property, textOf(element, property), variables));
  }

  /** The value of a property as a template of a plan; empty when it was refused. */
  template(element: TestElement, property: string, text: string, scope: Scope): string {
    return this.#tried(element, property, () => templateOf(this.evaluate(text, scope)), '');
  }

  /** The value of a variable; empty when it was refused. */
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

  /** The value as a field of a plan takes it; `fallback` when it was refused. */
  checked<T>(element: TestElement, property: string, schema: z.ZodType<T>, value: unknown, fallback: T): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      this.refuse(element, `${[property, ...path.map(String)].join('.')}: ${message}`);
    }
    return fallback;
  }

  /** A number of JMeter's, which takes nothing for 0; negative ones and those beyond `most` are refused. */
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
