/**
 * The exit codes of qbl.
 * `interrupted` is the shell's 128 + SIGINT. `bug` is EX_SOFTWARE from sysexits.h.
 */
export const EXIT_CODES = {
  held: 0,
  checkFailed: 1,
  usage: 2,
  inconclusive: 3,
  environment: 4,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

export interface QblErrorOptions {
  /** Further lines under the message, such as a list of mistakes. */
  details?: readonly string[];
  /** What the user can do, in one sentence. */
  hint?: string;
  cause?: unknown;
}

/**
 * An expected failure. The user sees the message and the hint, never the stack.
 * Any other error is a bug in qbl.
 */
export class QblError extends Error {
  readonly exitCode: ExitCode;
  /** What failed, in one line: the error message without the details. */
  readonly summary: string;
  readonly details: readonly string[];
  readonly hint: string | undefined;

  constructor(kind: keyof typeof EXIT_CODES, summary: string, options: QblErrorOptions = {}) {
    const { details = [] } = options;
    super([summary, ...details].join('\n'), { cause: options.cause });
    this.summary = summary;
    this.details = details;
    this.name = 'QblError';
    this.exitCode = EXIT_CODES[kind];
    this.hint = options.hint;
  }
}

/**
 * Returns why something failed. The message of an OpenSSL error starts with a number that differs in each process, so only
 * its reason is taken.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
