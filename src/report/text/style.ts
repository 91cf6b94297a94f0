import { Chalk, type ChalkInstance } from 'chalk';

/** The properties of an output stream that change how text looks on it. */
export interface OutputTarget {
  readonly isTTY: boolean;
  /** Columns of a terminal. Null if there is no limit. */
  readonly columns: number | null;
  /** True for a terminal that cannot move its cursor (TERM=dumb). */
  readonly isDumb?: boolean;
}

/** Whether a line can be overwritten. */
export function canRewrite({ isTTY, isDumb }: OutputTarget): boolean {
  return isTTY && isDumb !== true;
}

export type Style = ChalkInstance;

/**
 * Returns the colours for a terminal, unless NO_COLOR turns them off (no-color.org). FORCE_COLOR turns the
 * colours on or off for any output, even if NO_COLOR is set.
 */
export function styleFor(target: OutputTarget, env: NodeJS.ProcessEnv): Style {
  const { NO_COLOR: none = '', FORCE_COLOR: forced = '' } = env;
  if (forced !== '') return new Chalk({ level: forced === '0' ? 0 : 1 });
  return new Chalk({ level: target.isTTY && none === '' && env['TERM'] !== 'dumb' ? 1 : 0 });
}
