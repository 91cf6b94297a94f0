import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBoundedFile, STANDARD_INPUT } from '../../bounded-file.ts';
import { makeTemporaryFolder } from '../../folders.ts';
import { isJmx, MAX_PLAN_BYTES } from '../../plan/load.ts';

/**
 * Saves a plan from standard input in a private temporary file. Standard input can be read only once, but every
 * process of a run reads the plan.
 */
export async function withPlanFile<Options extends { readonly plan?: string }, Result>(
  options: Options,
  use: (options: Options) => Promise<Result>,
): Promise<Result> {
  if (options.plan !== STANDARD_INPUT) return use(options);
  const text = await readBoundedFile('the plan', STANDARD_INPUT, MAX_PLAN_BYTES);
  const folder = await makeTemporaryFolder('qbl-plan-');
  try {
    const file = join(folder, isJmx(STANDARD_INPUT, text) ? 'plan.jmx' : 'plan.yaml');
    await writeFile(file, text, { mode: 0o600 });
    return await use({ ...options, plan: file });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
