import { appendFile, writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { QblError } from '../../error.ts';
import type { RunOutcome } from '../../report/ci/junit.ts';
import type { JudgedCondition } from '../../report/comparison/condition.ts';
import type { ComparisonTable } from '../../report/html/report-data.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/** Files for a machine that builds; `report` and `run` write them. */
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

/** Written at the start as well as at the end, so that standard output would have two documents. */
function parseJunitFile(file: string): string {
  if (file !== STANDARD_OUTPUT) return file;
  throw new InvalidArgumentError('JUnit XML goes to a file: give its name, for example junit.xml');
}

/** What a run was held to beside its verdict. */
export interface Judged {
  readonly conditions: readonly JudgedCondition[];
  /** With other runs; null: there were none. */
  readonly comparison: ComparisonTable | null;
}

/**
 * @param failure what of the run failed, whatever its verdict
 * @throws QblError 'environment' when a file cannot be written
 */
export async function writeCiFiles(
  options: CiOptions,
  folder: RunFolder,
  { conditions, comparison }: Judged,
  failure?: string,
): Promise<void> {
  if (!areAsked(options)) return;
  const [{ readSummary }, { readVerification }, { readRun }, { readIncidents }] = await Promise.all([
    import('../../runs/documents/summary-json.ts'),
    import('../../runs/documents/verify-json.ts'),
    import('../../runs/documents/run-json.ts'),
    import('../../runs/documents/incidents-json.ts'),
  ]);
  const record = readRun(folder);
  const outcome = {
    run: folder.id,
    plan: record?.plan.name ?? folder.id,
    startedAt: record?.startedAt ?? new Date().toISOString(),
    seconds: record?.end == null ? 0 : Math.max(0, record.end.atMs - record.startedAtMs) / 1000,
    verification: await readVerification(folder),
    summary: await readSummary(folder),
    incidents: await readIncidents(folder),
    allowErrors: record?.allowErrors === true,
    conditions,
    comparison,
    ...(failure === undefined ? {} : { failure }),
  };
  await write(options, outcome);
}

/**
 * The files of a run that has no verdict: it has not ended, or never will. Written before it starts they show that they
 * can be, and no run that is broken off leaves the JUnit file of another behind. Nothing is appended to a summary before
 * there is something to say.
 * @param why there is none; null: it has not ended
 * @throws QblError 'environment' when a file cannot be written
 */
export async function writeCiFilesWithoutVerdict(
  options: CiOptions,
  { id: run }: RunFolder,
  plan: string,
  why: string | null,
): Promise<void> {
  if (!areAsked(options)) return;
  const startedAt = new Date().toISOString();
  const failure = why ?? 'the run did not come to its end';
  const { junit, summary } = options;
  if (why === null && summary !== undefined) await appendText(summary, '');
  const files = why === null ? (junit === undefined ? {} : { junit }) : options;
  await write(files, {
    ...{
      run,
      plan,
      startedAt,
      seconds: 0,
      verification: null,
      summary: null,
      conditions: [],
      failure,
      comparison: null,
    },
    ...{ incidents: [], allowErrors: false },
  });
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

/** Other steps of a build write into the same summary. */
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
