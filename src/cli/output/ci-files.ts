import { appendFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { QblError } from '../../error.ts';
import type { RunOutcome } from '../../report/ci/junit.ts';
import type { JudgedCondition } from '../../report/comparison/condition.ts';
import type { ComparisonTable } from '../../report/html/report-data.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { observedField } from './observed.ts';

/** Files for a CI server. `report` and `run` write them. */
export interface CiOptions {
  readonly junit?: string;
  readonly summary?: string;
}

const STANDARD_OUTPUT = '-';

export function addCiOptions(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description).helpGroup('CI:');
  return command
    .addOption(
      option('--junit <file>', 'write the verdict and the conditions as JUnit XML').argParser(parseJunitFile),
    )
    .addOption(option('--summary <file>', 'append a Markdown summary to this file; "-" is standard output'));
}

/**
 * Rejects `-`, which means standard output. qbl writes the JUnit file at the start and at the end of a run, so standard
 * output would get two documents.
 */
function parseJunitFile(file: string): string {
  if (file !== STANDARD_OUTPUT) return file;
  throw new InvalidArgumentError('JUnit XML is only written to a file: name a file, for example junit.xml');
}

/**
 * Checks that the two options name different files.
 * @throws QblError 'usage' if they name the same file: the summary would be appended to the XML
 */
export function checkCiOptions({ junit, summary }: CiOptions): void {
  if (junit === undefined || summary === undefined || summary === STANDARD_OUTPUT) return;
  if (resolve(junit) !== resolve(summary)) return;
  throw new QblError('usage', `--junit and --summary name the same file: ${junit}`, {
    hint: 'Name two files: --junit qbl.xml --summary qbl.md',
  });
}

/** The results of `report` that are not part of the verdict. */
export interface Judged {
  readonly conditions: readonly JudgedCondition[];
  /** Comparison with other runs. Null if the run was not compared. */
  readonly comparison: ComparisonTable | null;
}

/**
 * Writes the JUnit file and the Markdown summary.
 * @param failure an error of the run, independent of its verdict
 * @param plan the name of the plan, if the run may have broken off before the sender recorded the plan
 * @throws QblError 'environment' when a file cannot be written
 */
export async function writeCiFiles(
  options: CiOptions,
  folder: RunFolder,
  { conditions, comparison }: Judged,
  failure?: string,
  plan = folder.id,
): Promise<void> {
  if (!areAsked(options)) return;
  const [{ readSummary }, { readVerification }, { readRun }, { readIncidents }, { mayEndByFailures }] =
    await Promise.all([
      import('../../runs/documents/summary-json.ts'),
      import('../../runs/documents/verify-json.ts'),
      import('../../runs/documents/run-json.ts'),
      import('../../runs/documents/incidents-json.ts'),
      import('../../report/verdict/ended-by-failures.ts'),
    ]);
  const record = readRun(folder);
  const outcome = {
    run: folder.id,
    plan: record?.plan.name ?? plan,
    startedAt: record?.startedAt ?? new Date().toISOString(),
    seconds: record?.end == null ? 0 : Math.max(0, record.end.atMs - record.startedAtMs) / 1000,
    verification: await readVerification(folder),
    summary: await readSummary(folder),
    incidents: await readIncidents(folder),
    end: record?.end ?? null,
    mayEndByFailures: record !== null && mayEndByFailures(record.plan),
    ...(await observedField([folder])),
    allowErrors: record?.allowErrors === true,
    conditions,
    comparison,
    ...(failure === undefined ? {} : { failure }),
  };
  await write(options, outcome);
}

/**
 * Writes the JUnit file before the run starts, and opens the summary for writing, but adds nothing to it. So the user
 * sees early whether both files can be written, and an aborted run leaves no JUnit file of an older run.
 * @throws QblError 'environment' when a file cannot be written
 */
export async function openCiFiles(
  { junit, summary }: CiOptions,
  { id: run }: RunFolder,
  plan: string,
): Promise<void> {
  if (summary !== undefined) await appendText(summary, '');
  if (junit === undefined) return;
  await write(
    { junit },
    {
      ...{ run, plan, startedAt: new Date().toISOString(), seconds: 0, failure: 'the run did not finish' },
      ...{ verification: null, summary: null, incidents: [], allowErrors: false },
      ...{ end: null, mayEndByFailures: false },
      ...{ conditions: [], comparison: null },
    },
  );
}

function areAsked({ junit, summary }: CiOptions): boolean {
  return junit !== undefined || summary !== undefined;
}

async function write({ junit, summary }: CiOptions, outcome: RunOutcome): Promise<void> {
  const [{ junitXml }, { summaryMarkdown }] = await Promise.all([
    import('../../report/ci/junit.ts'),
    import('../../report/ci/summary-markdown.ts'),
  ]);
  if (junit !== undefined) await writeText(junit, junitXml(outcome));
  if (summary !== undefined) await appendText(summary, summaryMarkdown(outcome));
}

/** Appends the summary to the file, because other steps of the build may write their summaries into the same file. */
async function appendText(file: string, text: string): Promise<void> {
  if (file === STANDARD_OUTPUT) {
    process.stdout.write(text);
    return;
  }
  await appendFile(file, text).catch((error) => {
    throw new QblError('environment', `cannot write ${file}: ${error.message}`);
  });
}

async function writeText(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error) => {
    throw new QblError('environment', `cannot write ${file}: ${error.message}`);
  });
}
