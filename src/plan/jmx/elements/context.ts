import { plainIssue } from '../../../schema/plain-issue.ts';
import type { z } from '../../../schema/zod.ts';
import { evaluate, type MessageScope, type Scope } from '../../language/evaluate.ts';
import { ExpressionError, parseProperty } from '../../language/expression.ts';
import { constantOf, type FilledText, needsThread, templateOf } from '../../language/filled-text.ts';
import type { ThreadVariables } from '../../language/thread-variables.ts';
import type { Source } from '../../sources/source.ts';
import { isTrue, type TestElement, textOf } from '../tree.ts';
import { OwnManagers } from './managers/own-managers.ts';
import { OwnVariables } from './variables/own-variables.ts';

/** A part of a .jmx file that qbl cannot send as JMeter would send it. `line` and `path` show where the part is. */
export interface JmxRefusal {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** The definitions of variables by name. A later definition replaces an earlier one of the same name. */
export type Variables = ReadonlyMap<string, Definition>;
/**
 * Returns the value of a variable for one message. If the message is null, returns the value that JMeter
 * computes once at the start of the test.
 */
export type Definition = (message: MessageScope | null) => FilledText;

/**
 * Maximum depth of variables that mention each other. The depth is limited because each mention of a User Parameters
 * value evaluates that value in a nested call.
 */
const MAX_DEPTH = 500;

/** Collects results and refused parts while a test plan is read. */
export class ImportContext {
  readonly refusals: JmxRefusal[] = [];
  readonly #refused = new Set<string>();
  #depth = 0;
  readonly ownVariables = new OwnVariables();
  readonly ownManagers = new OwnManagers();
  readonly properties: Readonly<Record<string, string>>;
  /** Facts about the plan that may surprise the user. */
  readonly notes: string[] = [];

  /** Whether an element sets this variable while the test runs. */
  readonly setWhileRunning: (name: string) => boolean;

  /**
   * The names that an element sets for the requests in its scope. In JMeter the value stays in the thread, so requests
   * outside the scope have it too.
   */
  setInScopes: ReadonlySet<string> = new Set();

  /** The folder of the .jmx file, in which JMeter finds other files. */
  folder = '.';
  /** What sets variables at the start of iterations. */
  sources: ReadonlyMap<TestElement, Source> = new Map();
  /** The names of the variables that the sources set. */
  setBySources: ReadonlySet<string> = new Set();
  /** Whether a text outside the messages needs the variables of the thread. */
  needsThreads = false;

  constructor(properties: Readonly<Record<string, string>>, setWhileRunning: (name: string) => boolean) {
    this.properties = properties;
    this.setWhileRunning = setWhileRunning;
  }

  /**
   * Refuses a property, but only once. A refused property causes further mistakes, and reporting them would
   * not help.
   */
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
      notInThreads: this.setInScopes,
      variable: (name) => this.#valueOf(name, variables, message),
    };
  }

  #valueOf(name: string, variables: Variables, message: MessageScope | null): FilledText | null {
    if (this.setWhileRunning(name) || this.setBySources.has(name)) {
      if (!this.setInScopes.has(name)) return null;
      throw new ExpressionError(`\${${name}} is not supported, because several elements set it`);
    }
    const value = variables.get(name)?.(message) ?? null;
    if (value === null && this.setInScopes.has(name))
      throw new ExpressionError(`\${${name}} is not defined here, but another part of the test plan sets it`);
    return value;
  }

  /** Returns the scope of a text that JMeter evaluates once, before it starts threads. */
  scopeBeforeThreads(defined: Variables, variables: ThreadVariables | null): Scope {
    const { properties } = this;
    const variable = (name: string) => (variables?.has(name) ? null : (defined.get(name)?.(null) ?? null));
    return { properties, message: null, beforeThreads: { variables }, variable };
  }

  /** Returns the value of a property that JMeter reads once. Empty if the property was refused. */
  constant(element: TestElement, property: string, text: string, variables: Variables): string {
    return this.constantIn(element, property, text, this.scope(variables, null));
  }

  /** Returns the value of a property that has the same value for each message. Empty if the property was refused. */
  constantIn(element: TestElement, property: string, text: string, scope: Scope): string {
    return this.tried(element, property, () => constantOf(this.evaluate(text, scope)), '');
  }

  isTrue(element: TestElement, property: string, variables: Variables): boolean {
    return isTrue(this.constant(element, property, textOf(element, property), variables));
  }

  /** Returns the value of a property as a template of a plan. If the property was refused, returns its text. */
  template(element: TestElement, property: string, text: string, scope: Scope): string {
    return this.tried(element, property, () => this.templateOf(this.evaluate(text, scope)), text);
  }

  /** Returns a text as a template of a plan. Adds to the plan what the template needs. */
  templateOf(text: FilledText): string {
    return templateOf(text, (part) => this.ownVariables.text(part));
  }

  /** Returns a text that is evaluated before each message. Empty if the text was refused. */
  runTimeText(element: TestElement, property: string, scope: Scope): FilledText {
    const text = this.filled(element, property, textOf(element, property), scope);
    this.needsThreads ||= needsThread(text);
    return text;
  }

  /** Returns the value of a variable. Empty if the variable was refused. */
  filled(element: TestElement, name: string, text: string, scope: Scope): FilledText {
    return this.tried(element, name, () => this.evaluate(text, scope), []);
  }

  /** @throws ExpressionError if the text cannot be evaluated */
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

  /** Checks a value against the plan's schema and returns it. Returns `fallback` if the value is invalid. */
  checked<T>(element: TestElement, property: string, schema: z.ZodType<T>, value: unknown, fallback: T): T {
    const parsed = schema.safeParse(value, { error: plainIssue });
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

  /** Returns the value of a property. Refuses the property and returns `fallback` if its value cannot be computed. */
  tried<T>(element: TestElement, property: string, evaluateIt: () => T, fallback: T): T {
    try {
      return evaluateIt();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.refuse(element, `${property}: ${error.message}`);
      return fallback;
    }
  }
}
