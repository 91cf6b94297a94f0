import { readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';

/** npm runs a script in the project's folder. */
const DOCUMENT = 'docs/bench.md';
const RESULTS = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/;

/** Puts the table, and what it was measured on, in its place in docs/bench.md. */
export async function writeDocument(table: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  if (!RESULTS.test(text)) throw new Error(`${DOCUMENT} has no place for the results`);
  const results = `\n${machine()}\n\n${table}\n\n`;
  await writeFile(
    DOCUMENT,
    text.replace(RESULTS, (_, before: string, after: string) => before + results + after),
  );
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores of ${model}:`;
}
