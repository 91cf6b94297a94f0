/** `npm run bench [-- name…]`: measures qbl and comparable tools, and prints medians and ratios. */
import { parseArgs } from 'node:util';
import { blast, shortBlast } from './comparisons/blast.ts';
import { broker, brokerFsync } from './comparisons/broker.ts';
import { serve, serveKafka } from './comparisons/serve.ts';
import { startup } from './comparisons/startup.ts';
import { verify, verifyKafka } from './comparisons/verify.ts';
import { measure } from './harness/comparison.ts';
import { describeMachine, writeResults } from './harness/document.ts';
import { FULL, QUICK } from './harness/settings.ts';
import { comparisonTable } from './harness/table.ts';

const COMPARISONS = [serve, serveKafka, blast, shortBlast, broker, brokerFsync, verify, verifyKafka, startup];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const { quick, write } = values;
const names = COMPARISONS.map(({ name }) => name);
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`${unknown} is not measured. Choose from: ${names.join(', ')}`);
if (write && (quick || positionals.length > 0)) {
  throw new Error('--write writes all results: leave out --quick and the names');
}

const machine = describeMachine();
const measured = [];
for (const comparison of COMPARISONS) {
  if (positionals.length > 0 && !positionals.includes(comparison.name)) continue;
  process.stderr.write(`measuring ${comparison.name}\n`);
  measured.push(await measure(comparison, quick ? QUICK : FULL));
}
process.stdout.write(`${comparisonTable(measured)}\n`);
if (write) await writeResults(comparisonTable(measured), machine);
