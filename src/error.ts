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
  readonly hint: string | undefined;

  constructor(kind: keyof typeof EXIT_CODES, message: string, options: QblErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'QblError';
    this.exitCode = EXIT_CODES[kind];
    this.hint = options.hint;
  }
}
