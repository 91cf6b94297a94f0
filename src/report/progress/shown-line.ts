/** A separate module, because every command writes lines but few commands load the live line. */

interface Shown {
  end(): void;
}

/** The live line that is on the terminal now. Standard output and standard error share one terminal. */
let shown: Shown | null = null;

export function setShown(line: Shown): void {
  shown = line;
}

export function unsetShown(line: Shown): void {
  if (shown === line) shown = null;
}

/** Removes the live line before other lines are written. Its next update shows it again. */
export function aboveLiveLine(write: () => void): void {
  shown?.end();
  write();
}
