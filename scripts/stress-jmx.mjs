// Writes plans/stress.jmx from plans/stress.yaml. Run it after a build.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderJmx } from '../dist/jmeter/rendering/render.js';
import { loadPlan } from '../dist/plan/load.js';

const plans = new URL('../plans/', import.meta.url);
const plan = await loadPlan(fileURLToPath(new URL('stress.yaml', plans)));
writeFileSync(new URL('stress.jmx', plans), renderJmx(plan, { resultsFile: true }));
