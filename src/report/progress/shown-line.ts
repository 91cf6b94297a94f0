/** A module of its own, because each command writes lines, and few have a live line. */

interface Shown {
  end(): void;
}

/** The line that stands on the terminal now: standard output and standard error share one. */
let shown: Shown | null = null;

export function setShown(line: Shown): void {
  shown = line;
}

export function unsetShown(line: Shown): void {
  if (shown === line) shown = null;
}

/** Writes lines to the terminal that must not run into the live line: it gives way, and comes back with its next text. */
export function aboveLiveLine(write: () => void): void {
  shown?.end();
  write();
}
