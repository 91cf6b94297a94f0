import { BrokerError } from '../broker/error.ts';
import { EXIT_CODES, type ExitCode, QblError } from '../error.ts';
import { printable } from '../printable.ts';
import type { ChildMessage } from '../process/messages.ts';
import type { Output } from './context.ts';

/** Prints an error: one line and a hint for an expected error, a stack trace for a bug. */
export function reportError(error: unknown, { line, style }: Output): void {
  const known = knownError(error);
  if (known === null) {
    line(
      `${style.red('qbl has a bug:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return;
  }
  line(`${style.red('error:')} ${printable(known.summary, 2000)}`);
  for (const detail of known.details) line(`  ${printable(detail, 2000)}`);
  if (known.hint !== undefined) line(`${style.bold('hint:')} ${printable(known.hint)}`);
}

export function exitCodeOf(error: unknown): ExitCode {
  return knownError(error)?.exitCode ?? EXIT_CODES.bug;
}

/** Returns the error as a message to the parent process, which prints it. */
export function failureOf(error: unknown): ChildMessage {
  const known = knownError(error);
  const message = known?.summary ?? `a bug: ${error instanceof Error ? error.message : String(error)}`;
  const details = known?.details ?? [];
  return { type: 'failed', exitCode: exitCodeOf(error), message, details, hint: known?.hint ?? null };
}

function knownError(error: unknown): QblError | null {
  if (error instanceof QblError) return error;
  if (error instanceof BrokerError) return new QblError('environment', error.message, brokerHint(error));
  if (isOutOfFiles(error)) {
    return new QblError('environment', 'too many open files', {
      hint: "Raise the limit with 'ulimit -n 4096'.",
      cause: error,
    });
  }
  if (isWithoutFolder(error)) {
    return new QblError('environment', 'the current folder was removed, or cannot be read', {
      hint: 'Change to another folder with cd, and start the command again.',
      cause: error,
    });
  }
  return null;
}

/** The process or the machine has too many open files. Any file, socket or module can trigger this. */
function isOutOfFiles(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code');
  return code === 'EMFILE' || code === 'ENFILE';
}

/** The current folder is gone. Every relative path can trigger this. */
function isWithoutFolder(error: unknown): boolean {
  return Reflect.get(Object(error), 'syscall') === 'uv_cwd';
}

function brokerHint({ code }: BrokerError): { hint: string } {
  const hints: Record<BrokerError['code'], string> = {
    'port-in-use': 'Choose another port with --port, or use the broker that already uses this port.',
    'address-unusable': 'Check --host and --port.',
    'data-locked': 'Stop the broker that uses the folder, or choose another folder with --data.',
    'data-unusable': 'Choose another folder with --data.',
    'data-foreign': 'Choose an empty or a new folder with --data. Nothing was changed.',
    'data-damaged':
      'Restore the folder from a copy, or run qbl broker repair --data <folder>, which keeps the intact data and moves the rest to other files.',
    'data-removed':
      'Start the broker again. It uses the folder that is now at this path, or creates an empty folder.',
    'temporary-folder-unusable':
      'Set the environment variable TMPDIR to a folder with a short path that you can write to, such as /tmp. Or choose a folder with a shorter path with --data.',
  };
  return { hint: hints[code] };
}
