import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { EXIT_CODES, type ExitCode } from '../error.ts';
import { connectParent, type Parent } from '../process/parent.ts';
import { aboveLiveLine } from '../report/progress/shown-line.ts';
import { wrapped } from '../report/text/layout.ts';
import { type OutputTarget, type Style, styleFor } from '../report/text/style.ts';
import { guardStandardStreams } from './standard-streams.ts';

/** What a command may touch of the process it runs in. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Results: what a pipe is to get. */
  readonly out: Output;
  /** Progress, log lines and errors. */
  readonly err: Output;
  /** The `run` that started this process; null when a user did. */
  readonly parent: Parent | null;
  /** Ends the process where it stands. */
  exit(code: ExitCode): void;
  /** Calls the handler for each Ctrl-C or request to end. */
  onSignal(handler: () => void): void;
}

export interface Output {
  readonly stream: Writable;
  readonly target: OutputTarget;
  readonly style: Style;
  /** Writes the text and a line feed; on a terminal, lines that are too long for it are broken between words. */
  line(text: string): void;
}

/** The context of this very process. */
export function processContext(): Context {
  const parent = connectParent(process.env);
  guardStandardStreams(process);
  process.on('uncaughtException', exitAsBug);
  return {
    env: process.env,
    directory: process.cwd(),
    out: output(process.stdout),
    err: output(process.stderr),
    parent,
    exit: (code) => process.exit(code),
    onSignal: (handler) => {
      // A terminal sends Ctrl-C to every process in front of it: one that has a parent waits for its word.
      process.on('SIGINT', () => parent === null && handler());
      process.on('SIGTERM', handler);
      parent?.onStop(handler);
    },
  };
}

/** What is written to a terminal is broken to the width that it has at that moment. */
export function output(stream: NodeJS.WriteStream): Output {
  const isTTY = stream.isTTY === true;
  const isDumb = process.env['TERM'] === 'dumb';
  const target = {
    isTTY,
    isDumb,
    // A terminal may get another width meanwhile.
    get columns() {
      return isTTY ? stream.columns : null;
    },
  };
  const line = (text: string) => {
    const write = () => stream.write(`${wrapped(text, target.columns)}\n`);
    // What goes to a file or a pipe does not touch the terminal.
    if (isTTY) aboveLiveLine(write);
    else write();
  };
  return { stream, target, style: styleFor(target, process.env), line };
}

/** What nobody caught is a bug of ours; Node's own exit code for it would read as a failed check. */
function exitAsBug(error: unknown): void {
  // A progress bar may have hidden it.
  if (process.stderr.isTTY && process.env['TERM'] !== 'dumb') process.stderr.write('\u001b[?25h');
  process.stderr.write(`qbl has a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(EXIT_CODES.bug);
}

/** The version in package.json; the same distance from src/ and from dist/. */
export function qblVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(version);
}
