import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitText } from '../../exit-text.ts';

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Opens a file in the default browser. No shell is used, so the path cannot become a command.
 * @returns the reason for a failure; null on success
 */
export function openInBrowser(file: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const { command, args } = openerOf(process.platform);
  return run(command, [...args, pathToFileURL(resolve(file)).href], env);
}

function openerOf(platform: NodeJS.Platform): Opener {
  if (platform === 'darwin') return { command: 'open', args: [] };
  // On Windows, rundll32 opens the file. The command `start` of Windows calls rundll32, too, but needs cmd.exe, which
  // would interpret & and % in the path.
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  return { command: 'xdg-open', args: [] };
}

/** If the program still runs after this time, the program is the browser itself, and the page is open. */
const OPENING_MS = 5_000;

/** Runs a program. Resolves with the reason for a failure, or with null on success. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((done) => {
    const child = spawn(command, args, { env, stdio: 'ignore', detached: true, windowsHide: true });
    const finish = (problem: string | null) => {
      clearTimeout(timer);
      child.unref();
      done(problem);
    };
    const timer = setTimeout(() => finish(null), OPENING_MS);
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish(error.code === 'ENOENT' ? `"${command}" was not found` : `"${command}": ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      finish(code === 0 ? null : `"${command}" ${exitText(code, signal)}`);
    });
  });
}
