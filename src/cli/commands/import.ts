import { basename } from 'node:path';
import { Command } from 'commander';
import { readBoundedFile } from '../../bounded-file.ts';
import { EXIT_CODES, type ExitCode, QblError } from '../../error.ts';
import { withDefaultIdentity } from '../../plan/jmx/default-identity.ts';
import { type JmxPlan, readJmx } from '../../plan/jmx/import.ts';
import { isJmx, loadPlanText, MAX_PLAN_BYTES } from '../../plan/load.ts';
import { yamlPlan } from '../../plan/writing/yaml-plan.ts';
import { plural } from '../../plural.ts';
import { printableLines } from '../../printable.ts';
import type { Context } from '../context.ts';
import { examples } from '../options/shared/examples.ts';
import { addJMeterProperties, planOverrides, type RawPlanOptions } from '../options/shared/plan-options.ts';
import type { Choose } from '../work.ts';

export function importCommand(choose: Choose): Command {
  const command = new Command('import')
    .description(
      'Writes a JMeter test plan (.jmx) as a YAML plan to standard output. Comments in the YAML plan name each part of the .jmx file that the YAML plan does not have.',
    )
    .argument('<file>', '.jmx file to read; "-" reads standard input');
  return addJMeterProperties(command)
    .addHelpText('after', examples('qbl import orders.jmx > plans/orders.yaml'))
    .action((file: string, options: RawPlanOptions) =>
      choose((context) => importPlan(file, options, context)),
    );
}

async function importPlan(
  file: string,
  options: RawPlanOptions,
  { env, out, err }: Context,
): Promise<ExitCode> {
  const text = await readBoundedFile('the plan', file, MAX_PLAN_BYTES);
  if (!isJmx(file, text))
    throw new QblError('usage', `${file} is not a .jmx file: expected a test plan of JMeter`);
  const imported = readJmx(file, text, planOverrides(options, env).properties ?? {});
  const yaml = yamlPlan(withDefaultIdentity(imported.plan), heading(file, imported));
  out.stream.write(printableLines(yaml, false));
  for (const line of await notes(imported, yaml)) err.line(line);
  return EXIT_CODES.held;
}

function heading(file: string, { plan, refusals }: JmxPlan): string[] {
  const name = file === '-' ? 'a .jmx file' : basename(file);
  return [
    `qbl import wrote this plan. It sends the same as ${name}, except for the differences in the comments.`,
    ...(usesHttps(plan)
      ? ['qbl accepts every certificate for a .jmx file. For this plan, add --insecure, or --ca with a file.']
      : []),
    ...(refusals.length === 0 ? [] : ['This plan lacks these parts of the .jmx file, or changes them:']),
    ...refusals.map(({ line, path, message }) => `  line ${line}, ${path}: ${message}`),
  ];
}

function usesHttps({ threadGroups }: JmxPlan['plan']): boolean {
  return threadGroups.some(({ requests }) => requests.some(({ url }) => /^https:/i.test(url)));
}

/** Says on standard error what the user still has to do. */
async function notes({ refusals }: JmxPlan, yaml: string): Promise<string[]> {
  const lacks =
    refusals.length === 0
      ? []
      : [`the plan lacks ${plural(refusals.length, 'part')} of the .jmx file: its first lines name them`];
  return [...lacks, ...(await mistakesIn(yaml))];
}

/** Returns why qbl cannot send the plan yet. */
async function mistakesIn(yaml: string): Promise<string[]> {
  try {
    await loadPlanText('the plan', yaml);
    return [];
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    const mistakes = error.details.length > 0 ? error.details : [error.summary];
    return ['qbl cannot send the plan before you change it:', ...mistakes];
  }
}
