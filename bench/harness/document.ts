import { readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';

/** Path of the page with the results. It is relative, because npm runs scripts in the project's folder. */
const DOCUMENT = 'docs/bench.md';
const RESULTS = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;

/**
 * Replaces the results in docs/bench.md with this table.
 * @param machine from `describeMachine`, called before the first measurement
 */
export async function writeDocument(table: string, machine: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  if (!RESULTS.test(text)) throw new Error(`${DOCUMENT} has no section for the results`);
  const results = `\n${machine}\n\n${table}\n\n`;
  await writeFile(
    DOCUMENT,
    text.replace(RESULTS, (_, before: string, after: string) => before + results + after),
  );
}

/** Describes the machine and its other load. Other load distorts figures more than ratios. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const system = `Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores of ${model}`;
  // Windows has no load average. Node reports 0 there.
  const load = platform() === 'win32' ? '' : `, load average before the start ${loadavg()[0]?.toFixed(1)}`;
  return `${system}${load}:`;
}
