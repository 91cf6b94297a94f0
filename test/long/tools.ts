import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end; resolves with its standard output, and rejects with all that it printed. */
export async function execute(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Why a test cannot run here; null when it can. In CI every tool has to be there, so that no test is left out. */
export async function missing(...tools: readonly (readonly [name: string, ...args: string[]])[]) {
  for (const [name, ...args] of tools) {
    const found = await execute(name, args, '.').then(
      () => true,
      () => false,
    );
    if (!found && process.env['CI']) throw new Error(`there is no ${name}, and CI needs it`);
    if (!found) return `there is no ${name}`;
  }
  return null;
}
