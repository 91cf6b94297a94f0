import { type AddHelpTextContext, Command, CommanderError, Help, type HelpConfiguration } from 'commander';
import { EXIT_CODES, type ExitCode } from '../error.ts';
import { printable, printableLines } from '../printable.ts';
import { wrapped } from '../report/text/layout.ts';
import { commandsFor } from './commands.ts';
import { type Context, type Output, qblVersion } from './context.ts';
import { refuseEmptyPaths } from './empty-paths.ts';
import { exitCodeOf, failureOf, reportError } from './errors.ts';
import type { Choose, Work } from './work.ts';

export { processContext } from './context.ts';

/** Runs qbl with these arguments. Resolves with the exit code and never rejects. */
export async function main(argv: readonly string[], context: Context): Promise<ExitCode> {
  let work: Work | null = null;
  const choose: Choose = (chosen) => {
    work = chosen;
  };
  try {
    const program = buildProgram(context, await commandsFor(argv, choose));
    await program.parseAsync([...argv, ...(context.parent?.arguments ?? [])], { from: 'user' });
    return (await (work as Work | null)?.(context)) ?? EXIT_CODES.held;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.held : EXIT_CODES.usage;
    reportError(error, context.err);
    context.parent?.tell(failureOf(error));
    return exitCodeOf(error);
  } finally {
    context.parent?.release();
  }
}

function buildProgram(context: Context, commands: readonly Command[]): Command {
  const program = new Command('qbl')
    .description('Generates load on a queue-backed HTTP endpoint and proves the outcome of every message.')
    .version(qblVersion(), '-v, --version', 'show the version')
    .hook('preAction', (_, command) => refuseEmptyPaths(command))
    .helpCommand('help [command]', 'show the options of a command')
    .addHelpText('after', exitCodes);
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands.flatMap((each) => [each, ...each.commands])]) {
    configure(command, context);
  }
  return program;
}

/** Makes Commander write to the streams of the context and throw instead of ending the process. */
function configure(command: Command, { env, out, err }: Context): void {
  // Commander treats an empty environment variable as a value. qbl treats it as not set.
  for (const { envVar } of command.options)
    if (envVar !== undefined && env[envVar] === '') delete env[envVar];
  command
    .exitOverride()
    .showHelpAfterError('(--help shows all options)')
    .configureHelp(HELP_LAYOUT)
    .configureOutput({
      writeOut: (text) => writeTo(out, text),
      writeErr: (text) => writeTo(err, text),
      outputError: (text, write) => write(oneLine(text)),
      getOutHelpWidth: () => out.target.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => err.target.columns ?? DEFAULT_COLUMNS,
      getOutHasColors: () => out.style.level > 0,
      getErrHasColors: () => err.style.level > 0,
    });
}

function writeTo({ stream, target, style }: Output, text: string): void {
  stream.write(wrapped(printableLines(text, style.level > 0), target.columns));
}

/**
 * Returns Commander's error as one line, because it repeats the user's input, which can be long or have line breaks. A
 * suggestion such as "Did you mean" stays on a line of its own.
 */
function oneLine(text: string): string {
  const suggestion = /\n\(Did you mean [^\n]*\)\n*$/.exec(text)?.[0] ?? '\n';
  return printable(text.slice(0, -suggestion.length), 2000) + suggestion;
}

/** Width of the help if the output is not a terminal. */
const DEFAULT_COLUMNS = 80;

/**
 * A description is printed beside its term if at least this many columns are free there, and otherwise below the term.
 */
const LEAST_BESIDE = 40;
const LEAST_WRAPPED = 20;
const ITEM_INDENT = '  ';
const BELOW_INDENT = '      ';
const GAP = '  ';

/** Keeps every line of the help within the terminal. Commander does not wrap descriptions beside long terms. */
const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: LEAST_WRAPPED,
  formatItem(term, termWidth, description, helper) {
    const columns = helper.helpWidth ?? Number.POSITIVE_INFINITY;
    if (columns - ITEM_INDENT.length - termWidth - GAP.length >= LEAST_BESIDE || description === '')
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    const below = helper.boxWrap(description, columns - BELOW_INDENT.length);
    return `${ITEM_INDENT}${term}\n${BELOW_INDENT}${below.replaceAll('\n', `\n${BELOW_INDENT}`)}`;
  },
};

function exitCodes({ command, error }: AddHelpTextContext): string {
  const { getErrHelpWidth, getOutHelpWidth } = command.configureOutput();
  const helpWidth = error ? getErrHelpWidth?.() : getOutHelpWidth?.();
  const helper = command.createHelp();
  helper.prepareContext({ error, ...(helpWidth === undefined ? {} : { helpWidth }) });
  const items = CODES_HELP.map(([code, meaning]) => helper.formatItem(code, CODE_COLUMNS, meaning, helper));
  return `\nExit codes:\n${items.join('\n')}`;
}

const CODE_COLUMNS = 3;
const CODES_HELP = [
  ['0', 'every check passed'],
  ['1', 'a check failed: lost, damaged or unacknowledged messages'],
  ['2', 'invalid arguments or an invalid plan'],
  ['3', 'inconclusive: not enough evidence, --rate not reached, or the run was ended by failed requests'],
  ['4', 'problem of the environment: port in use, queue unreachable, no JMeter'],
  ['70', 'a bug in qbl'],
  ['130', 'interrupted; the results so far are written'],
] as const;
