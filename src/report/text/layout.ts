import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** A terminal would break lines inside of words; a reader of a pipe wants each of them whole. */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null || columns <= 0) return text;
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

/** The blank at which a line was broken; colours may stand before it. */
const ESCAPE = String.fromCharCode(0x1b);
const BROKEN_AT = new RegExp(`^((?:${ESCAPE}\\[[\\d;]*m)*) +`);

/** An indented line keeps its indent, and what is broken off begins at the edge. */
function wrappedLine(line: string, columns: number): string {
  const [first = '', ...rest] = wrapAnsi(line, columns, { trim: false }).split('\n');
  return [first, ...rest.map((part) => part.replace(BROKEN_AT, '$1'))].join('\n');
}

/** Items side by side, in as many lines as they need; no item is broken. */
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

/** Whether no line of the text is too long for a terminal. */
export function fits(text: string, columns: number | null): boolean {
  return columns === null || widestLine(text) <= columns;
}

/** Colours take no columns. */
export function widestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
}
