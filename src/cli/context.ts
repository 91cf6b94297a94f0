import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { EXIT_CODES, type ExitCode } from '../error.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { printableLines } from '../printable.ts';
import { connectParent, type Parent } from '../process/parent.ts';
import { aboveLiveLine, endLiveLine } from '../report/progress/shown-line.ts';
import { wrapped } from '../report/text/layout.ts';
import { type OutputTarget, type Style, styleFor } from '../report/text/style.ts';
import { onProcessSignals } from './process-signals.ts';
import { guardStandardStreams } from './standard-streams.ts';

/** The parts of the process that a command can use. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Standard output, for results. */
  readonly out: Output;
  /** Standard error, for progress, log lines and errors. */
  readonly err: Output;
  /** The `qbl run` that started this process. Null if a user started it. */
  readonly parent: Parent | null;
  /** Ends the process immediately. */
  exit(code: ExitCode): void;
  /** Calls the handler for each Ctrl-C, SIGTERM, closed terminal or stop request of the parent. */
  onSignal(handler: () => void): void;
}

export interface Output {
  readonly stream: Writable;
  readonly target: OutputTarget;
  readonly style: Style;
  /** Writes the text and a line feed. On a terminal, long lines are wrapped between words. */
  line(text: string): void;
  /** Writes the value as JSON on one line, also on a terminal, because `ssh -t` passes its output to programs. */
  json(value: unknown): void;
}

export function processContext(): Context {
  const parent = connectParent(process.env);
  // With this variable, Node accepts any certificate, so a false server could get messages and passwords.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  guardStandardStreams(process);
  process.on('uncaughtException', exitAsBug);
  return {
    env: process.env,
    // A getter, because reading the current folder fails if that folder was removed. So --help still works, and main()
    // reports the error.
    get directory() {
      return process.cwd();
    },
    out: output(process.stdout),
    err: output(process.stderr),
    parent,
    exit: (code) => {
      endLiveLine();
      process.exit(code);
    },
    onSignal: (handler) => {
      onProcessSignals(parent, handler);
      parent?.onStop(handler);
    },
  };
}

/** Wraps text to the current width of the terminal. */
export function output(stream: NodeJS.WriteStream): Output {
  const isTTY = stream.isTTY === true;
  const isDumb = process.env['TERM'] === 'dumb';
  const target = {
    isTTY,
    isDumb,
    // A getter, because the width of the terminal can change. A terminal whose size nobody has set has 0 columns, such as
    // one of `ssh -tt` in a cron job.
    get columns() {
      return isTTY && stream.columns > 0 ? stream.columns : null;
    },
  };
  const style = styleFor(target, process.env);
  const writeLine = (text: string) => {
    const write = () => stream.write(`${text}\n`);
    // On a terminal, the text appears above the progress line. Other output has no progress line.
    if (isTTY) aboveLiveLine(write);
    else write();
  };
  const line = (text: string) => writeLine(wrapped(printableLines(text, style.level > 0), target.columns));
  const json = (value: unknown) => writeLine(printableLines(JSON.stringify(value), false));
  return { stream, target, style, line, json };
}

/**
 * Ends the process after an uncaught error, which is a bug in qbl. Node's own exit code 1 would look like a
 * failed check.
 */
function exitAsBug(error: unknown): void {
  endLiveLine();
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`qbl has a bug: ${printableLines(text, false)}\n`);
  process.exit(EXIT_CODES.bug);
}

export function qblVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8'));
  return String(version);
}
