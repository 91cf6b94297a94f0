import { ExpressionError } from './expression.ts';
import type { UrlFields } from './java-url.ts';

/**
 * A text of a .jmx file after everything that stays the same in the whole test is filled in. The other parts get their
 * values when a message is sent.
 */
export type FilledText = readonly Part[];

export type Part =
  | { readonly literal: string }
  /** A variable of the plan's templates, such as `thread`, or a variable that the plan defines itself. */
  | { readonly mention: string }
  | RunTimePart;

/** A part that needs the variables of the thread. */
export type RunTimePart =
  /** A variable of the thread. If the thread has no such variable, the value is the text `${name}`, as in JMeter. */
  | { readonly variable: string }
  /** A function of JMeter. */
  | { readonly call: string; readonly parameters: readonly FilledText[] }
  /** A text that JMeter changes before it sends the text. */
  | { readonly change: Change; readonly text: FilledText }
  /** The URL of a request, as JMeter makes it of the fields. */
  | { readonly url: UrlFields<FilledText> };

/** How JMeter changes a text. Each name is a function of text-changes.ts. */
export const CHANGE_NAMES = ['formEncoded', 'formDecoded', 'withoutSpaces'] as const;
export type Change = (typeof CHANGE_NAMES)[number];

export function literal(text: string): FilledText {
  return [{ literal: text }];
}

export function isRunTimePart(part: Part): part is RunTimePart {
  return !('literal' in part) && !('mention' in part);
}

/** Returns the fields of a URL. */
export function fieldsOf<Text>({ protocol, domain, port, path, query }: UrlFields<Text>): readonly Text[] {
  return [protocol, domain, port, path, query];
}

/** Whether the text needs the variables of the thread. */
export function needsThread(text: FilledText): boolean {
  return text.some(isRunTimePart);
}

/** Whether the value of the text changes from message to message. */
export function needsMessage(text: FilledText): boolean {
  return text.some((part) => !('literal' in part));
}

/**
 * Returns the text, which must not contain variables.
 * @throws ExpressionError if the value of the text changes from message to message
 */
export function constantOf(text: FilledText): string {
  return text
    .map((part) => {
      if ('literal' in part) return part.literal;
      throw new ExpressionError(
        `expected a constant, but ${writtenPart(part)} is filled in for each message`,
      );
    })
    .join('');
}

/**
 * Returns the text as a template of a plan.
 * @param ownVariable adds to the plan a variable with this text, and returns its name. A literal `${` needs such a
 * variable too, because a template cannot contain these characters.
 */
export function templateOf(text: FilledText, ownVariable: (text: FilledText) => string): string {
  return text
    .map((part) => {
      if ('mention' in part) return `\${${part.mention}}`;
      if (!('literal' in part)) return `\${${ownVariable([part])}}`;
      const pieces = part.literal.split('${');
      return pieces.length === 1 ? part.literal : pieces.join(`\${${ownVariable(literal('${'))}}`);
    })
    .join('');
}

/** Returns the text with its variables as `${name}`, even if a literal text looks like a variable too. */
export function writtenText(text: FilledText): string {
  return text.map((part) => ('literal' in part ? part.literal : writtenPart(part))).join('');
}

function writtenUrl({ protocol, domain, port, path, query }: UrlFields<FilledText>): string {
  const [server, target] = [writtenText(domain), writtenText(path)];
  if (server === '' && path.length > 0 && !target.startsWith('/')) return target;
  const place = port.length === 0 ? '' : `:${writtenText(port)}`;
  const slash = target.startsWith('/') ? '' : '/';
  const behind = query.length === 0 ? '' : `?${writtenText(query)}`;
  return `${writtenText(protocol) || 'http'}://${server}${place}${slash}${target}${behind}`;
}

function writtenPart(part: Exclude<Part, { literal: string }>): string {
  if ('mention' in part) return `\${${part.mention}}`;
  if ('variable' in part) return `\${${part.variable}}`;
  if ('change' in part) return writtenText(part.text);
  if ('url' in part) return writtenUrl(part.url);
  const parameters = part.parameters.map((each) => writtenText(each)).join(',');
  return `\${${part.call}(${parameters})}`;
}
