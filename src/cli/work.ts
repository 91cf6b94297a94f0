import type { ExitCode } from '../error.ts';
import type { Context } from './context.ts';

/** The work of a command. It is chosen while the arguments are parsed and runs afterwards. */
export type Work = (context: Context) => Promise<ExitCode>;
export type Choose = (work: Work) => void;
