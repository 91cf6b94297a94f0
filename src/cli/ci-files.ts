import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { QblError } from '../error.ts';
import type { JudgedCondition } from '../report/comparison/condition.ts';
import type { RunFolder } from '../runs/run-folder.ts';

/** Files for a machine that builds; `report` and `run` write them. */
export interface CiOptions {
  readonly junit?: string;
  readonly summary?: string;
}

export function addCiOptions(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('CI:');
  return command
    .addOption(option('--junit <file>', 'write verdict and conditions as JUnit XML'))
    .addOption(option('--summary <file>', 'write verdict, counts and latency as Markdown'));
}

/** @throws QblError 'environment' when a file cannot be written */
export async function writeCiFiles(
  { junit, summary }: CiOptions,
  folder: RunFolder,
  conditions: readonly JudgedCondition[],
): Promise<void> {
  if (junit === undefined && summary === undefined) return;
  const [{ junitXml }, { summaryMarkdown }, { readSummary }, { readVerification }, { readRun }] =
    await Promise.all([
      import('../report/ci/junit.ts'),
      import('../report/ci/summary-markdown.ts'),
      import('../runs/summary-json.ts'),
      import('../runs/verify-json.ts'),
      import('../runs/run-json.ts'),
    ]);
  const record = readRun(folder);
  const outcome = {
    run: folder.id,
    startedAt: record?.startedAt ?? new Date().toISOString(),
    seconds: record?.end == null ? 0 : Math.max(0, record.end.atMs - record.startedAtMs) / 1000,
    verification: await readVerification(folder),
    conditions,
  };
  if (junit !== undefined) await write(junit, junitXml(outcome));
  if (summary !== undefined) await write(summary, summaryMarkdown(outcome, await readSummary(folder)));
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error) => {
    throw new QblError('environment', `cannot write ${file}: ${error.message}`);
  });
}
