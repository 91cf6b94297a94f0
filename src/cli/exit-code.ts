import { EXIT_CODES, type ExitCode } from '../error.ts';

/** What a command found out about the work that it did itself; what it does not name did not happen. */
export interface Findings {
  /** The verdict is fail. */
  readonly offence?: boolean;
  /** A part ended too early, so that this is not the run that was asked for. */
  readonly brokenOff?: boolean;
  readonly interrupted?: boolean;
  /** Requests were not acknowledged, and --allow-errors was not given. */
  readonly failedRequests?: boolean;
  /** The verdict is unknown, or the sender did not keep its rate. */
  readonly inconclusive?: boolean;
}

/**
 * The one rule for `run`, `blast`, `jmeter` and `verify`; docs/operating.md explains it. A proven offence stays
 * proven whatever else went wrong; then causes come before their effects.
 */
export function exitCodeOfFindings(findings: Findings): ExitCode {
  if (findings.offence) return EXIT_CODES.checkFailed;
  if (findings.brokenOff) return EXIT_CODES.environment;
  if (findings.interrupted) return EXIT_CODES.interrupted;
  if (findings.failedRequests) return EXIT_CODES.checkFailed;
  return findings.inconclusive ? EXIT_CODES.inconclusive : EXIT_CODES.held;
}
