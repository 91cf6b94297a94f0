import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Opens a file with the system's browser, without a shell: the path is an argument and never a command. Resolves with
 * why it could not; null: it could.
 */
export function openInBrowser(file: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const { command, args } = openerOf(process.platform);
  return run(command, [...args, pathToFileURL(resolve(file)).href], env);
}

function openerOf(platform: NodeJS.Platform): Opener {
  if (platform === 'darwin') return { command: 'open', args: [] };
  // `start` is a word of cmd.exe, which reads & and % of a path as its own; this is what it calls.
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  return { command: 'xdg-open', args: [] };
}

/** An opener that still runs by then is the browser itself. */
const OPENING_MS = 5_000;

/** Why it failed; null: it did not. */
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
      finish(code === 0 ? null : `"${command}" ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}
