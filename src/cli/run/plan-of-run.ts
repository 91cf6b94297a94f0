import { STANDARD_INPUT } from '../../bounded-file.ts';
import { QblError } from '../../error.ts';
import type { LoadedPlan } from '../../plan/load.ts';
import type { Context } from '../context.ts';
import { loadedPlanOf } from '../sending/plan-to-send.ts';
import type { RunCommandOptions } from './run-each.ts';

/**
 * Loads the plan. JMeter runs a .jmx file unchanged only if its endpoint runs already. Otherwise the requests go to the
 * proxy of qbl run, so qbl must be able to change them.
 */
export function loadedPlan(options: RunCommandOptions, context: Context): Promise<LoadedPlan> {
  if (options.with !== 'jmeter' || options.url !== undefined) return loadedPlanOf(options, context);
  if (options.queue !== undefined) return loadedPlanOf(options, context, 'jmeter');
  return loadedPlanOf(options, context).catch(async (error) => {
    if (!(error instanceof QblError) || !(await isJmxFile(options.plan))) throw error;
    throw new QblError('usage', error.summary, {
      details: error.details,
      cause: error,
      hint: 'JMeter runs a .jmx file unchanged if --queue names the queue of the endpoint in the file.',
    });
  });
}

/** Whether --plan names a .jmx file, whatever its name is. A plan from standard input cannot be read again. */
async function isJmxFile(file: string | undefined): Promise<boolean> {
  if (file === undefined || file === STANDARD_INPUT) return false;
  const { isJmx, readPlanFile } = await import('../../plan/load.ts');
  return readPlanFile(file).then(
    (text) => isJmx(file, text),
    () => false,
  );
}

/**
 * Checks the options for a test plan that JMeter runs unchanged.
 * @throws QblError 'usage' if the requests must go to another endpoint, too
 */
export function checkForeign({ compare }: RunCommandOptions, file: string): void {
  if (compare === undefined) return;
  throw new QblError(
    'usage',
    `--compare sends the requests to another endpoint too, but JMeter runs ${file} unchanged`,
  );
}

/**
 * Checks that a plan without an end is sent only once, and by blast.
 * @throws QblError 'usage' for a plan that must have an end
 */
export function checkOneRun({ compare, with: sender }: RunCommandOptions, runs: number): void {
  if (runs === 1 && compare === undefined && sender === 'blast') return;
  throw new QblError('usage', 'the plan has a thread group without an end, but this command needs an end', {
    hint: 'Add --duration, or leave out --compare, further --instances and --with jmeter.',
  });
}
