import { type AddHelpTextContext, Help, type HelpConfiguration } from 'commander';

/** Descriptions beside their terms get at least this many columns. Otherwise they stand below. */
const LEAST_BESIDE = 40;
const LEAST_WRAPPED = 20;
const ITEM_INDENT = '  ';
const BELOW_INDENT = '      ';
const GAP = '  ';

/** Keeps every line of the help within the terminal. Commander does not wrap descriptions beside long terms. */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: LEAST_WRAPPED,
  formatItem(term, termWidth, description, helper) {
    const columns = helper.helpWidth ?? Number.POSITIVE_INFINITY;
    if (columns - ITEM_INDENT.length - termWidth - GAP.length >= LEAST_BESIDE || description === '')
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    const below = helper.boxWrap(description, columns - BELOW_INDENT.length);
    return `${ITEM_INDENT}${term}\n${BELOW_INDENT}${below.replaceAll('\n', `\n${BELOW_INDENT}`)}`;
  },
};

/** The list of exit codes under the help of qbl. */
export function exitCodes({ command, error }: AddHelpTextContext): string {
  const { getErrHelpWidth, getOutHelpWidth } = command.configureOutput();
  const helpWidth = error ? getErrHelpWidth?.() : getOutHelpWidth?.();
  const helper = command.createHelp();
  helper.prepareContext({ error, ...(helpWidth === undefined ? {} : { helpWidth }) });
  const items = EXIT_CODES.map(([code, meaning]) => helper.formatItem(code, CODE_COLUMNS, meaning, helper));
  return `\nExit codes:\n${items.join('\n')}`;
}

const CODE_COLUMNS = 3;
const EXIT_CODES = [
  ['0', 'every check passed'],
  ['1', 'a check failed: lost, damaged or unacknowledged messages'],
  ['2', 'invalid arguments or an invalid plan'],
  ['3', 'inconclusive: not enough evidence, or --rate was not reached'],
  ['4', 'problem of the environment: port in use, queue unreachable, no JMeter'],
  ['70', 'a bug in qbl'],
  ['130', 'interrupted; the results so far are written'],
] as const;
