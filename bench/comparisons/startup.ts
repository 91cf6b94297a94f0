import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Comparison, Side } from '../harness/comparison.ts';
import { QBL } from '../harness/process.ts';

/** How long a user waits for a command that does next to nothing. */
export const startup: Comparison = {
  name: 'startup',
  prepare: async () => [
    side('node, nothing', ['--eval', '0']),
    side('qbl --version', [QBL, '--version']),
    side('qbl blast --help', [QBL, 'blast', '--help']),
  ],
};

/** Without the preload, which takes time of its own. */
function side(name: string, args: readonly string[]): Side {
  const measure = async () => {
    const startedMs = performance.now();
    await promisify(execFile)(process.execPath, args);
    return { 'wall ms': performance.now() - startedMs };
  };
  return { name, measure };
}
