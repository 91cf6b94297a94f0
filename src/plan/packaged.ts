import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../package-folder.ts';

/** The path of the default plan, both in a user's folder and in this package. */
export const DEFAULT_PLAN = join('plans', 'stress.yaml');
export const PLAN_SCHEMA = 'plan.schema.json';

/** The folder of the packaged plans. */
export const PACKAGED_PLANS = fileURLToPath(new URL('plans/', PACKAGE_FOLDER));

/**
 * Returns the plan to use if the user names none: the plan in the folder if there is one, otherwise the
 * packaged plan.
 */
export function defaultPlan(directory: string): string {
  const own = join(directory, DEFAULT_PLAN);
  return existsSync(own) ? own : join(PACKAGED_PLANS, 'stress.yaml');
}
