// Writes plans/plan.schema.json from the schema that plans are checked with. Run after a build.
import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../dist/plan/schema.js';

writeFileSync(
  new URL('../plans/plan.schema.json', import.meta.url),
  `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
);
