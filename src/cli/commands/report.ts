import { relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import {
  CONDITION_EXPECTED,
  type FailCondition,
  type JudgedCondition,
  parseCondition,
} from '../../report/comparison/condition.ts';
import type { RunFigures } from '../../report/comparison/figures-of-run.ts';
import type { RunNames } from '../../report/comparison/run-names.ts';
import type { ComparisonTable } from '../../report/html/report-data.ts';
import { newestRun } from '../../runs/newest-run.ts';
import { type RunFolder, runFolder } from '../../runs/run-folder.ts';
import type { Context, Output } from '../context.ts';
import { reportError } from '../errors.ts';
import { examples } from '../options/shared/examples.ts';
import { runsOption } from '../options/shared/options.ts';
import { openInBrowser } from '../output/browser.ts';
import { addCiOptions, type CiOptions, checkCiOptions, writeCiFiles } from '../output/ci-files.ts';
import type { Choose } from '../work.ts';

/** Maximum number of runs on each side of a comparison. More runs do not make the comparison more precise. */
const MAX_RUNS = 50;

interface ReportOptions extends CiOptions {
  readonly runs: string;
  readonly compare?: readonly string[];
  readonly failIf?: readonly FailCondition[];
  readonly open?: boolean;
}

export function reportCommand(choose: Choose): Command {
  const command = new Command('report')
    .description(
      'Writes the report of a run as one HTML file, report.html in its folder. The report shows the verdict, curves over time, latency, outcomes, the Summary Report and recorded requests. It works offline. With several runs, the report is about the first run; the others count as repetitions of it.',
    )
    .argument('[runs...]', 'ID or folder of the run, then of its repetitions (default: the newest run)')
    .addOption(new Option('--compare <runs...>', 'baseline runs to compare with'))
    .addOption(
      new Option(
        '--fail-if <condition>',
        'exit 1 if this condition is true for the median of the runs; "p99 > 1.1x" means 1.1 times the median of the runs of --compare; repeatable',
      ).argParser(condition),
    )
    .addOption(new Option('--open', 'open the report in the browser'))
    .addOption(runsOption());
  return addCiOptions(command)
    .addHelpText(
      'after',
      examples(
        'qbl report',
        'qbl report new --compare old',
        'qbl report a1 a2 a3 a4 --compare b1 b2 b3 b4 --fail-if "p99 > 1.1x"',
      ),
    )
    .action((names: string[], options: ReportOptions) =>
      choose((context) => report(names, options, context)),
    );
}

function condition(text: string, before: readonly FailCondition[] = []): FailCondition[] {
  const parsed = parseCondition(text);
  if (parsed !== null) return [...before, parsed];
  throw new InvalidArgumentError(`Expected ${CONDITION_EXPECTED}.`);
}

async function report(named: readonly string[], options: ReportOptions, context: Context): Promise<ExitCode> {
  const { out, err, directory } = context;
  const { runs, compare = [], failIf = [] } = options;
  checkCiOptions(options);
  const [folder, ...repetitions] = await foldersOf(named, options);
  const compared = compare.map((name) => runFolder(runs, name));
  checkSides([folder, ...repetitions], compared, failIf);
  await mustBeDifferentRuns([folder, ...repetitions, ...compared]);
  const [{ writeReport }, { overlayOf }, { figuresOf }, { judgeCondition }, { nameIn, runNames }] =
    await Promise.all([
      import('../../report/html/write.ts'),
      import('../../report/comparison/overlay.ts'),
      import('../../report/comparison/figures-of-run.ts'),
      import('../../report/comparison/condition.ts'),
      import('../../report/comparison/run-names.ts'),
    ]);
  const names = runNames([folder, ...repetitions, ...compared], directory);
  const figuresIn = (folders: readonly RunFolder[]) =>
    Promise.all(folders.map((each) => figuresOf(each, nameIn(names, each))));
  const figures = await figuresIn([folder, ...repetitions]);
  const comparedFigures = await figuresIn(compared);
  const table = compared.length === 0 ? null : await tableOf(names, figures, comparedFigures);
  const overlay = await overlayOf([...compared, ...repetitions], names, table === null ? [] : [table]);
  if (table !== null) {
    const { compareText } = await import('../../report/text/compare-text.ts');
    out.line(`${compareText(table, out.target.columns, out.style)}\n`);
  }
  const page = await orError(writeReport(folder, overlay));
  await showGaps(folder, err);
  if (!(page instanceof QblError)) out.line(relative(directory, page));
  const judged = failIf.map((each) => judgeCondition(each, figures, comparedFigures));
  await writeCiFiles(options, folder, { conditions: judged, comparison: table });
  const exitCode = printConditions(judged, err);
  const problem = page instanceof QblError ? page : await openedPage(page, options, context);
  if (problem === null) return exitCode;
  reportError(problem, err);
  return exitCode === EXIT_CODES.held ? EXIT_CODES.environment : exitCode;
}

/**
 * If the report cannot be written, resolves with the error and does not reject. So the figures of a run are judged even
 * if its folder is read-only.
 */
async function orError(written: Promise<string>): Promise<string | QblError> {
  try {
    return await written;
  } catch (error) {
    if (error instanceof QblError && error.exitCode === EXIT_CODES.environment) return error;
    throw error;
  }
}

/** Opens the page in a browser, if --open was given. Returns the error, or null. */
async function openedPage(
  page: string,
  { open }: ReportOptions,
  { env, directory }: Context,
): Promise<QblError | null> {
  const problem = open === true ? await openInBrowser(page, env) : null;
  if (problem === null) return null;
  return new QblError('environment', `cannot open a browser: ${problem}`, {
    hint: `The report is written. Open ${relative(directory, page)} in a browser.`,
  });
}

/**
 * Prints the gaps (times without an acknowledgement) on standard error, because standard output is only for the path of
 * the report.
 */
async function showGaps(folder: RunFolder, { line, target, style }: Output): Promise<void> {
  const [{ readVerification }, { readSummary }, { gapsFact }, { gapsText }] = await Promise.all([
    import('../../runs/documents/verify-json.ts'),
    import('../../runs/documents/summary-json.ts'),
    import('../../report/verdict/gaps.ts'),
    import('../../report/text/gaps-text.ts'),
  ]);
  const gaps = gapsFact(await readVerification(folder), await readSummary(folder));
  if (gaps !== null) line(gapsText(gaps, target.columns, style));
}

async function tableOf(
  names: RunNames,
  runs: readonly RunFigures[],
  compared: readonly RunFigures[],
): Promise<ComparisonTable> {
  const [{ compareRuns }, { planDifferences }] = await Promise.all([
    import('../../report/comparison/compare.ts'),
    import('../../report/comparison/plan-difference.ts'),
  ]);
  return compareRuns(runs, compared, await planDifferences(names));
}

async function foldersOf(
  names: readonly string[],
  { runs }: ReportOptions,
): Promise<[RunFolder, ...RunFolder[]]> {
  const [first, ...others] = names;
  if (first === undefined) return [await newestRun(runs)];
  return [runFolder(runs, first), ...others.map((name) => runFolder(runs, name))];
}

function checkSides(
  runs: readonly RunFolder[],
  compared: readonly RunFolder[],
  failIf: readonly FailCondition[],
): void {
  if (Math.max(runs.length, compared.length) > MAX_RUNS) {
    throw new QblError('usage', `too many runs: each side of a comparison can have at most ${MAX_RUNS}`);
  }
  const relative = failIf.find(({ bound }) => bound.kind === 'ratio');
  if (relative !== undefined && compared.length === 0) {
    throw new QblError('usage', `--fail-if "${relative.text}" needs --compare: name the baseline runs`);
  }
}

/**
 * Refuses runs that do not exist, and two folders of the same run, such as a copy. A copy shows nothing about the noise
 * between runs.
 */
async function mustBeDifferentRuns(folders: readonly RunFolder[]): Promise<void> {
  const { existingRun } = await import('../../runs/documents/run-json.ts');
  const pathOf = new Map<string, string>();
  for (const folder of folders) {
    const { id, startedAtMs } = existingRun(folder);
    // Each build of a CI can give its run the same ID, so the ID alone does not identify a run.
    const run = `${id} ${startedAtMs}`;
    const other = pathOf.get(run);
    if (other !== undefined) {
      const folders = other === folder.path ? other : `${other} and ${folder.path}`;
      throw new QblError('usage', `the run "${id}" is named twice: ${folders}`, {
        hint: 'A run, or its copy, is not a repetition of itself. Name each run once.',
      });
    }
    pathOf.set(run, folder.path);
  }
}

/**
 * Prints the conditions of --fail-if, and returns the exit code. If a condition is true, the command fails. If qbl
 * cannot decide whether a condition is true, the result is inconclusive.
 */
function printConditions(judged: readonly JudgedCondition[], { line, style }: Output): ExitCode {
  for (const { condition, holds, text } of judged) {
    if (holds === true) line(`${style.red('failed:')} ${condition.text}: ${text}`);
    if (holds === null) line(`${style.yellow('unknown:')} ${condition.text}: ${text}`);
    if (holds === false && condition.bound.kind === 'ratio')
      line(style.dim(`passed: ${condition.text}: ${text}`));
  }
  if (judged.some(({ holds }) => holds === true)) return EXIT_CODES.checkFailed;
  return judged.some(({ holds }) => holds === null) ? EXIT_CODES.inconclusive : EXIT_CODES.held;
}
