import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end. Resolves with its standard output, and rejects with everything it printed. */
export async function execute(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/**
 * Explains why a test cannot run here. Returns null if the test can run. In CI every tool must be installed, so that no
 * test is skipped.
 */
export async function missing(...tools: readonly (readonly [name: string, ...args: string[]])[]) {
  for (const [name, ...args] of tools) {
    const found = await execute(name, args, '.').then(
      () => true,
      () => false,
    );
    if (!found && process.env['CI']) throw new Error(`${name} is not installed, but CI needs it`);
    if (!found) return `${name} is not installed`;
  }
  return null;
}
