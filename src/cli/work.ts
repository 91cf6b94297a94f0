import type { ExitCode } from '../error.ts';
import type { Context } from './context.ts';

/** What a command was asked to do: chosen while the arguments are parsed, done afterwards. */
export type Work = (context: Context) => Promise<ExitCode>;
export type Choose = (work: Work) => void;
