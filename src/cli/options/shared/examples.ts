import type { AddHelpTextContext } from 'commander';

/** Matches an option with its value, or one word. A text in double quotes is one word. */
const PART = /-\S+ (?!-)(?:"[^"]*"|\S)+|(?:"[^"]*"|\S)+/g;

/**
 * Examples under the help of a command. On a narrow terminal an example has several lines that end with `\`, so it can
 * still be pasted.
 */
export function examples(...lines: readonly string[]): (context: AddHelpTextContext) => string {
  return ({ command, error }) => {
    const output = command.configureOutput();
    const columns =
      (error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()) ?? Number.POSITIVE_INFINITY;
    return `\nExamples:\n${lines.map((line) => continued(line, columns)).join('\n')}`;
  };
}

function continued(line: string, columns: number): string {
  const rows: string[] = [];
  let row = '  $';
  for (const part of line.match(PART) ?? []) {
    // Each line leaves two columns free, for a space and a backslash at its end.
    if (`${row} ${part}`.length <= columns - 2 || row.trim() === '$') {
      row += ` ${part}`;
    } else {
      rows.push(`${row} \\`);
      row = `      ${part}`;
    }
  }
  return [...rows, row].join('\n');
}
