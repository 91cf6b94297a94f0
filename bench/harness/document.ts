import { readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, loadavg, platform } from 'node:os';
import { drawChart } from './chart.ts';
import { chartOf, curveTable, type MeasuredCurve } from './curve.ts';

/** Path of the page with the results. It is relative, because npm runs scripts in the project's folder. */
const DOCUMENT = 'docs/bench.md';

/**
 * Replaces the results of the comparisons in docs/bench.md with this table.
 * @param machine from `describeMachine`, called before the first measurement
 */
export async function writeResults(table: string, machine: string): Promise<void> {
  await replaceSection('results', `${machine}\n\n${table}`);
}

/** Writes the drawings of the curves, and replaces their section in docs/bench.md. */
export async function writeCurves(curves: readonly MeasuredCurve[], machine: string): Promise<void> {
  for (const measured of curves) await writeFile(`docs/${fileOf(measured)}`, drawChart(chartOf(measured)));
  await replaceSection('curves', [machine, ...curves.map(section)].join('\n\n'));
}

function section(measured: MeasuredCurve): string {
  const { title } = measured.curve;
  return `### ${title}\n\n![${title}](${fileOf(measured)})\n\n${curveTable(measured)}`;
}

function fileOf({ curve }: MeasuredCurve): string {
  return `curve-${curve.name}.svg`;
}

async function replaceSection(name: string, content: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no section with the comment ${begin}`);
  await writeFile(DOCUMENT, `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`);
}

/** Describes the machine and its other load. Other load distorts figures more than ratios. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const system = `Node ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores of ${model}`;
  return `${system}, load average before the start ${loadavg()[0]?.toFixed(1)}:`;
}
