/** This is a separate module, because every command writes lines but few commands load the live line. */

interface Shown {
  end(): void;
}

/**
 * The live line that the terminal shows now. Standard output and standard error share it, because both write to the
 * same terminal.
 */
let shown: Shown | null = null;

export function setShown(line: Shown): void {
  shown = line;
}

export function unsetShown(line: Shown): void {
  if (shown === line) shown = null;
}

/** Removes the live line from the terminal. The next update of the live line shows it again. */
export function endLiveLine(): void {
  shown?.end();
}

/** Removes the live line and writes other lines. The next update of the live line shows it again. */
export function aboveLiveLine(write: () => void): void {
  endLiveLine();
  write();
}
