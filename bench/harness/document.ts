import { readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';

/** npm runs a script in the project's folder. */
const DOCUMENT = 'docs/bench.md';
const RESULTS = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;

/**
 * Puts the table, and what it was measured on, in its place in docs/bench.md.
 * @param machine from `describeMachine`, before anything was measured
 */
export async function writeDocument(table: string, machine: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  if (!RESULTS.test(text)) throw new Error(`${DOCUMENT} has no place for the results`);
  const results = `\n${machine}\n\n${table}\n\n`;
  await writeFile(
    DOCUMENT,
    text.replace(RESULTS, (_, before: string, after: string) => before + results + after),
  );
}

/** The machine, and how busy others keep it, which spoils the figures more than the ratios. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const system = `Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores of ${model}`;
  // Windows knows no load average: Node gives 0 there.
  const load = platform() === 'win32' ? '' : `, load average before the start ${loadavg()[0]?.toFixed(1)}`;
  return `${system}${load}:`;
}
