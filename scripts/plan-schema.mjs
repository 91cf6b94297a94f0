// Writes plans/plan.schema.json from the schema that checks plans. Run it after a build.
import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../dist/plan/schema.js';

writeFileSync(
  new URL('../plans/plan.schema.json', import.meta.url),
  `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
);
