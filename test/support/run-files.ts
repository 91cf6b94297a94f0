import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export function runFile(folder: string, run: string, name: string): string {
  return join(folder, 'runs', run, name);
}

/** Whether the sender of a run has recorded its end. */
export async function hasEnded(folder: string, run: string): Promise<boolean> {
  const text = await readFile(runFile(folder, run, 'run.json'), 'utf8').catch(() => '');
  return text.includes('"end": {');
}
