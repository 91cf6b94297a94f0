import { randomUUID } from 'node:crypto';
import type { Identity } from '../../message/identity.ts';
import type { TemplateSegment, Variable } from './template.ts';
import { PlanValues, type ValueOf } from './values.ts';

/** Returns the text of a template for one message. `sentAtMs` is epoch milliseconds with a fraction. */
export type Fill = (identity: Identity, sentAtMs: number) => string;

/** Where a template gets values that are not in the identity. */
export interface FillOptions {
  readonly values?: PlanValues;
  /** Gives `${uuid}` the same value in all templates of a message. */
  readonly uuid?: ValueOf;
}

/** A segment with everything needed to write it. */
type Part = Exclude<TemplateSegment, { kind: 'own' }> | { readonly kind: 'own'; readonly valueOf: ValueOf };

/** All mentions of a variable in one message get the same value. */
export function filler(segments: readonly TemplateSegment[], options: FillOptions = {}): Fill {
  const { values = new PlanValues(), uuid = randomUUID } = options;
  const parts = segments.map((segment): Part => {
    return segment.kind === 'own' ? { kind: 'own', valueOf: values.of(segment.variable) } : segment;
  });
  const usesUuid = mentions(segments, 'uuid');
  return (identity, sentAtMs) => {
    const builtIn: Record<Variable, string | number> = {
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
