import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where plans stand in a user's folder, as in this package. */
export const DEFAULT_PLAN = join('plans', 'stress.yaml');
export const PLAN_SCHEMA = 'plan.schema.json';

/** The folder of plans that the package carries; the same distance from src/ and from dist/. */
export const PACKAGED_PLANS = fileURLToPath(new URL('../../plans/', import.meta.url));

/** The plan that serves when none is named: the folder's own, else the package's. */
export function defaultPlan(directory: string): string {
  const own = join(directory, DEFAULT_PLAN);
  return existsSync(own) ? own : join(PACKAGED_PLANS, 'stress.yaml');
}
