import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { EXIT_CODES } from '../../src/error.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

const DEADLINE_MS = 120_000;

/** What a test compares of a sample. */
export interface ComparedRow {
  readonly label: string;
  readonly threadName: string;
  readonly responseCode: string;
  readonly responseMessage: string;
  readonly success: string;
  readonly failureMessage: string;
  readonly URL: string;
}

/** The result of one program. */
export interface Side<Seen> {
  readonly seen: Seen;
  readonly rows: readonly ComparedRow[];
}

/** The result of blast. */
export interface BlastSide<Seen> extends Side<Seen> {
  /** The lines that blast printed. */
  readonly output: string;
  readonly code: number | null;
}

/**
 * Runs a test plan with JMeter, and then with blast.
 * @param taken returns and forgets what a server saw
 */
export async function runSideBySide<Seen>(
  folder: string,
  jmx: string,
  taken: () => Seen,
  options: readonly string[] = ['--no-identity'],
): Promise<{ jmeter: Side<Seen>; blast: BlastSide<Seen> }> {
  await writeFile(join(folder, 'plan.jmx'), jmx);
  const jar = join(await jmeterHome(), 'bin', 'ApacheJMeter.jar');
  const files = ['-t', 'plan.jmx', '-l', 'jmeter.jtl', '-j', 'jmeter.log'];
  await execute('java', [...SHORT_JVM, '-jar', jar, '-n', ...files], folder);
  const byJMeter = taken();
  const args = ['blast', '--plan', 'plan.jmx', '--run', 'side', ...options];
  const ended = await qbl(args, { folder, deadlineMs: DEADLINE_MS });
  if (ended.code === EXIT_CODES.usage) throw new Error(ended.stderr);
  return {
    jmeter: { seen: byJMeter, rows: await rowsOf(join(folder, 'jmeter.jtl')) },
    blast: {
      seen: taken(),
      rows: await rowsOf(runFile(folder, 'side', 'samples.jtl')),
      output: ended.stdout + ended.stderr,
      code: ended.code,
    },
  };
}

async function rowsOf(file: string): Promise<readonly ComparedRow[]> {
  const rows: ComparedRow[] = parse(await readFile(file, 'utf8'), { columns: true });
  return rows.map(({ label, threadName, responseCode, responseMessage, success, failureMessage, URL }) => ({
    ...{
      label,
      threadName,
      responseCode,
      responseMessage,
      success,
      failureMessage: failureMessage ?? '',
      URL,
    },
  }));
}
