/** `npm run bench [-- name…]`: measures qbl and comparable tools, and prints medians and ratios. */
import { parseArgs } from 'node:util';
import { blast } from './comparisons/blast.ts';
import { broker } from './comparisons/broker.ts';
import { serve } from './comparisons/serve.ts';
import { startup } from './comparisons/startup.ts';
import { verify } from './comparisons/verify.ts';
import { type Measured, measure } from './harness/comparison.ts';
import { describeMachine, writeDocument } from './harness/document.ts';
import type { Settings } from './harness/stage.ts';
import { table } from './harness/table.ts';

const COMPARISONS = [serve, blast, broker, verify, startup];
const FULL: Settings = { rounds: 5, seconds: 5, messages: 100_000 };
/** Settings for a quick check that everything works. The figures of a quick check are too inexact to use. */
const QUICK: Settings = { rounds: 1, seconds: 1, messages: 2_000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.find((name) => !COMPARISONS.some((comparison) => comparison.name === name));
if (unknown !== undefined) {
  throw new Error(
    `${unknown} is not a comparison. Choose from: ${COMPARISONS.map(({ name }) => name).join(', ')}`,
  );
}
if (values.write && (values.quick || positionals.length > 0)) {
  throw new Error('--write writes the whole table: leave out --quick and the names of comparisons');
}

const machine = describeMachine();
const measured: Measured[] = [];
for (const comparison of COMPARISONS) {
  if (positionals.length > 0 && !positionals.includes(comparison.name)) continue;
  process.stderr.write(`measuring ${comparison.name}\n`);
  measured.push(await measure(comparison, values.quick ? QUICK : FULL));
}
process.stdout.write(`${table(measured)}\n`);
if (values.write) await writeDocument(table(measured), machine);
