import type { ExitCode } from '../error.ts';
import type { Context } from './context.ts';

/** The action of a command. qbl chooses the action while it parses the arguments, and runs the action afterwards. */
export type Work = (context: Context) => Promise<ExitCode>;
export type Choose = (work: Work) => void;
