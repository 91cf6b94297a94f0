/** A tool with which qbl is compared, but which this machine cannot run. */
export interface Missing {
  readonly name: string;
  /** Why the tool is missing, in one line. */
  readonly missing: string;
}

/** Provides the files of a tool with which qbl is compared. If this is not possible, resolves with the reason. */
export async function orMissing(name: string, provide: () => Promise<string>): Promise<string | Missing> {
  try {
    return await provide();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${name} is missing: ${reason}\n`);
    return { name, missing: reason.split('\n')[0] ?? '' };
  }
}
