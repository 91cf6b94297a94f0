import { randomUUID } from 'node:crypto';
import type { Identity } from '../../message/identity.ts';
import type { TemplateSegment, Variable } from './template.ts';
import { isTokenVariable, NO_TOKENS, type TokenVariable, type TokenWriter } from './tokens.ts';
import { PlanValues, type ValueOf } from './values.ts';

/** Returns the text of a template for one message. `sentAtMs` is epoch milliseconds with a fraction. */
export type Fill = (identity: Identity, sentAtMs: number) => string;

/** Sources of the values that are not in the identity of a message. */
export interface FillOptions {
  readonly values?: PlanValues;
  /** Gives `${uuid}` the same value in all templates of a message. */
  readonly uuid?: ValueOf;
  /**
   * Writes `${qbl.id}` and the other token variables. Absent while the execution is not known, as in a check
   * of the plan.
   */
  readonly tokens?: TokenWriter;
}

/** A piece of a template (a text or a variable), with everything needed to write it. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: Exclude<Variable, TokenVariable> }
  | { readonly kind: 'value'; readonly valueOf: ValueOf };

/**
 * Returns a function that fills in a template. All mentions of a variable in one message get the same value.
 */
export function filler(segments: readonly TemplateSegment[], options: FillOptions = {}): Fill {
  const { values = new PlanValues(), uuid = randomUUID, tokens = NO_TOKENS } = options;
  const parts = segments.map((segment): Part => {
    if (segment.kind === 'text') return segment;
    if (segment.kind === 'own') return { kind: 'value', valueOf: values.of(segment.variable) };
    const { name } = segment;
    return isTokenVariable(name)
      ? { kind: 'value', valueOf: (identity) => tokens(name, identity) }
      : { kind: 'variable', name };
  });
  const usesUuid = mentions(segments, 'uuid');
  return (identity, sentAtMs) => {
    const builtIn: Record<Exclude<Variable, TokenVariable>, string | number> = {
      run: identity.run,
      thread: identity.thread,
      loop: identity.loop,
      now: Math.floor(sentAtMs),
      uuid: usesUuid ? uuid(identity) : '',
    };
    let text = '';
    for (const part of parts) {
      if (part.kind === 'text') text += part.text;
      else text += part.kind === 'variable' ? builtIn[part.name] : part.valueOf(identity);
    }
    return text;
  };
}

export function mentions(segments: readonly TemplateSegment[], name: Variable): boolean {
  return segments.some((segment) => segment.kind === 'variable' && segment.name === name);
}
