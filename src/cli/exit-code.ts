import { EXIT_CODES, type ExitCode } from '../error.ts';

/** Findings of a command. A missing field means false. */
export interface Findings {
  /** The verdict is fail: a problem is proven. */
  readonly offence?: boolean;
  /** A part of the run ended too early, so the run differs from what the user asked for. */
  readonly brokenOff?: boolean;
  readonly interrupted?: boolean;
  /** Requests were not acknowledged, and --allow-errors was not given. */
  readonly failedRequests?: boolean;
  /** The verdict is unknown, the sender did not reach its rate, or failed requests ended the run. */
  readonly inconclusive?: boolean;
}

/**
 * Returns the exit code of `run`, `blast`, `jmeter` and `verify`. A failed verdict comes first, because other
 * problems cannot change it. After that, a cause comes before its effects. See docs/operating.md.
 */
export function exitCodeOfFindings(findings: Findings): ExitCode {
  if (findings.offence) return EXIT_CODES.checkFailed;
  if (findings.brokenOff) return EXIT_CODES.environment;
  if (findings.interrupted) return EXIT_CODES.interrupted;
  if (findings.failedRequests) return EXIT_CODES.checkFailed;
  return findings.inconclusive ? EXIT_CODES.inconclusive : EXIT_CODES.held;
}
