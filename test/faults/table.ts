import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import type { ProxyName } from './proxies.ts';
import type { Recovery } from './recovery.ts';

/** The result of one proxy in one fault. */
export interface Finding {
  readonly fault: string;
  readonly proxy: ProxyName;
  readonly record: VerifyRecord;
  readonly recovery: Recovery;
}

const DOCUMENT = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));
const MARK = '<!-- written by: QBL_WRITE_FAULTS=1 npm run test:faults -->';
/** Number of columns with text: fault, proxy and verdict. The other columns have figures. */
const TEXTS = 3;
const HEADER = [
  ...['fault', 'proxy', 'verdict', 'acked', 'rejected', 'indeterminate', 'recovered', 'lost'],
  ...['phantom', 'repeated', 'recovery', 'longest pause'],
];

/** A Markdown table with one line for each result. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map(cellsOf);
  const widths = HEADER.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) =>
      i < TEXTS ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = line(widths.map((width, i) => (i < TEXTS ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [line(HEADER), rule, ...rows.map(line)].join('\n');
}

/** Replaces the results below the mark in docs/faults.md. */
export async function writeDocument(findings: readonly Finding[], circumstances: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const end = text.indexOf(MARK);
  if (end < 0) throw new Error(`${DOCUMENT} lacks the line ${MARK}`);
  const before = text.slice(0, end + MARK.length);
  await writeFile(DOCUMENT, `${before}\n\n${circumstances}\n\n${tableOf(findings)}\n`);
}

function cellsOf({ fault, proxy, record, recovery }: Finding): string[] {
  const { verdict, acked, rejected, indeterminate, recovered, lost, phantom, duplicated } = record;
  const figures = [acked, rejected, indeterminate, recovered, lost, phantom, duplicated];
  const { recoveryMs, longestPauseMs } = recovery;
  return [
    ...[fault, proxy, verdict],
    ...figures.map((figure) => figure.toLocaleString('en')),
    recoveryMs === null ? 'never' : seconds(recoveryMs),
    seconds(longestPauseMs),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
