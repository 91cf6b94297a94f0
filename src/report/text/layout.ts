import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import type wrapAnsi from 'wrap-ansi';

const require = createRequire(import.meta.url);
/** Printable ASCII, of which each character takes one column. */
const ASCII = /^[\x20-\x7e]*$/;
/** Characters that take at most one column: alphabets of Europe, dashes, quotes, and the blocks of bars. */
const NARROW = /^[\x20-\x7e\u00a0-\u10ff\u2010-\u2027\u2500-\u259f]*$/;

/**
 * Wraps lines between words, because a terminal would break them inside words. Text for a pipe is not
 * wrapped.
 */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null) return text;
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

/** Matches the blanks around a line break, with the colour codes beside them. */
const COLOURS = `((?:${String.fromCharCode(0x1b)}\\[[\\d;]*m)*)`;
const BLANKS_BEFORE = new RegExp(`^${COLOURS} +`);
const BLANKS_AFTER = new RegExp(` +${COLOURS}$`);

/** Continuation lines get a deeper indent, so that list items stay recognisable. */
const HANGING = 2;

function wrappedLine(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const hanging = hangingIndent(indent.length, columns);
  if (hanging === '' || fits(line, columns)) return broken(line, columns).join('\n');
  const [first = '', ...rest] = broken(line.slice(indent.length), columns - hanging.length);
  return [indent + first, ...rest.map((part) => hanging + part)].join('\n');
}

/**
 * Returns the indent of the following lines. Empty if the line has no indent, or if the indent would take too
 * much of a narrow terminal.
 */
function hangingIndent(indent: number, columns: number): string {
  return indent === 0 || indent > columns / 4 ? '' : ' '.repeat(indent + HANGING);
}

function broken(line: string, columns: number): string[] {
  if (ASCII.test(line) && line.length <= columns) return [line];
  const parts = wrapper()(line, columns, { trim: false }).split('\n');
  return parts.map((part, index) => {
    const begun = index === 0 ? part : part.replace(BLANKS_BEFORE, '$1');
    return index === parts.length - 1 ? begun : begun.replace(BLANKS_AFTER, '$1');
  });
}

/**
 * Cuts a line that is longer than the terminal, between words if possible. An ellipsis marks the cut, so that
 * a cut figure does not look complete.
 */
export function cut(line: string, columns: number | null): string {
  if (columns === null) return line;
  if (fits(line, columns)) return line;
  return firstWords(line, columns - ELLIPSIS.length) + ELLIPSIS;
}

/** Returns the words that fit. If not even the first word fits, returns a part of it. */
function firstWords(line: string, columns: number): string {
  if (NARROW.test(line)) {
    const blank = line.lastIndexOf(' ', columns);
    return line.slice(0, blank > 0 ? blank : columns).trimEnd();
  }
  const [first = ''] = broken(line, columns);
  return fits(first, columns) ? first : firstPart(first, columns);
}

const ELLIPSIS = '…';

/**
 * Loads wrap-ansi only when a line needs it. Loading its data about wide characters takes as long as starting qbl.
 * During that time, a sender that shows its progress would send requests late.
 */
function wrapper(): typeof wrapAnsi {
  return require('wrap-ansi').default;
}

/** Puts items side by side, on as many lines as needed. It never breaks an item. */
export function flow(items: readonly string[], columns: number | null, gap = '  '): string {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    if (line !== undefined && fits(`${line}${gap}${item}`, columns))
      lines.splice(-1, 1, `${line}${gap}${item}`);
    else lines.push(item);
  }
  return lines.join('\n');
}

/** Whether every line of the text fits the terminal. A Chinese character, for example, takes two columns. */
export function fits(text: string, columns: number | null): boolean {
  if (columns === null) return true;
  return text
    .split('\n')
    .map((line) => stripVTControlCharacters(line))
    .every((line) => line.length <= columns && (NARROW.test(line) || firstPart(line, columns) === line));
}

/** Returns as much of a line as fits, also if it breaks a word. */
function firstPart(line: string, columns: number): string {
  return (
    wrapper()(line, Math.max(1, columns), { hard: true, trim: false, wordWrap: false }).split('\n')[0] ?? ''
  );
}

/** Returns the length of the longest line in columns. Colour codes take no columns. */
export function widestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
}
