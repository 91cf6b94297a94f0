// Writes plans/plan.schema.json from the schema that checks plans.
import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../src/plan/schema.ts';

writeFileSync('plans/plan.schema.json', `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
