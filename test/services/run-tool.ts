import { spawn } from 'node:child_process';
import { NEEDS_SHELL, type Tool } from './tools.ts';

/** Keeps only the end of the output, to explain a failure. */
const MAX_OUTPUT_CHARACTERS = 4_000;

/**
 * Runs a tool and waits for its end.
 * @throws Error with the end of its output if it fails
 */
export function runTool(
  tool: Tool,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(tool, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: NEEDS_SHELL,
  });
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT_CHARACTERS);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${tool} ${args[0] ?? ''} ended with ${code ?? 'a signal'}:\n${output.trim()}`));
    });
  });
}
