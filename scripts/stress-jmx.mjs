// Writes plans/stress.jmx from plans/stress.yaml.
import { writeFileSync } from 'node:fs';
import { renderJmx } from '../src/jmeter/rendering/render.ts';
import { loadPlan } from '../src/plan/load.ts';

const plan = await loadPlan('plans/stress.yaml');
writeFileSync('plans/stress.jmx', renderJmx(plan, { forUser: true }));
