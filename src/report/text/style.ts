import { Chalk, type ChalkInstance } from 'chalk';

/** Where a report goes, as far as its form depends on it. */
export interface OutputTarget {
  readonly isTTY: boolean;
  /** Columns of a terminal; null: no limit. */
  readonly columns: number | null;
  /** A terminal that cannot move its cursor (TERM=dumb). */
  readonly isDumb?: boolean;
}

/** Whether a line can be written over. */
export function canRewrite({ isTTY, isDumb }: OutputTarget): boolean {
  return isTTY && isDumb !== true;
}

export type Style = ChalkInstance;

/** Colours for terminals that have not asked for none (no-color.org), or where they are forced. */
export function styleFor(target: OutputTarget, env: NodeJS.ProcessEnv): Style {
  const { NO_COLOR: none = '', FORCE_COLOR: forced = '' } = env;
  if (forced !== '') return new Chalk({ level: forced === '0' ? 0 : 1 });
  return new Chalk({ level: target.isTTY && none === '' && env['TERM'] !== 'dumb' ? 1 : 0 });
}
