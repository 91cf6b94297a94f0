/**
 * `npm run bench [-- name…]`: measures qbl and comparable tools, and prints medians and ratios. With `--curves`,
 * measures how qbl scales.
 */
import { parseArgs } from 'node:util';
import { blast, shortBlast } from './comparisons/blast.ts';
import { broker, brokerFsync } from './comparisons/broker.ts';
import { serve, serveKafka } from './comparisons/serve.ts';
import { startup } from './comparisons/startup.ts';
import { verify, verifyKafka } from './comparisons/verify.ts';
import { connections, messageSize } from './curves/load.ts';
import { partitions } from './curves/partitions.ts';
import { samples } from './curves/samples.ts';
import { measure } from './harness/comparison.ts';
import { curveTable, measureCurve } from './harness/curve.ts';
import { describeMachine, writeCurves, writeResults } from './harness/document.ts';
import { FULL, FULL_CURVES, QUICK } from './harness/settings.ts';
import { comparisonTable } from './harness/table.ts';

const COMPARISONS = [serve, serveKafka, blast, shortBlast, broker, brokerFsync, verify, verifyKafka, startup];
const CURVES = [connections, messageSize, partitions, samples];

const QUICK_POINTS = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    curves: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const { quick, write } = values;
const names = [...COMPARISONS, ...CURVES].map(({ name }) => name);
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`${unknown} is not measured. Choose from: ${names.join(', ')}`);
if (write && (quick || positionals.length > 0)) {
  throw new Error('--write writes all results: leave out --quick and the names');
}

/** Whether to measure the comparison or curve of this name. A quick check without names measures all of them. */
const isChosen = (name: string, byDefault: boolean) =>
  positionals.length > 0 ? positionals.includes(name) : quick || byDefault;

const machine = describeMachine();
const measured = [];
try {
  for (const comparison of COMPARISONS.filter(({ name }) => isChosen(name, !values.curves))) {
    process.stderr.write(`measuring ${comparison.name}\n`);
    measured.push(await measure(comparison, quick ? QUICK : FULL));
  }
} finally {
  // All measurements take minutes. So they are also printed if a later one fails.
  if (measured.length > 0) process.stdout.write(`${comparisonTable(measured)}\n`);
}
if (write && measured.length > 0) await writeResults(comparisonTable(measured), machine);

const curves = [];
for (const curve of CURVES.filter(({ name }) => isChosen(name, values.curves))) {
  const count = quick ? QUICK_POINTS : curve.points.length;
  const each = await measureCurve(curve, quick ? QUICK : FULL_CURVES, count);
  process.stdout.write(`\n${curveTable(each)}\n`);
  curves.push(each);
}
if (write && curves.length > 0) await writeCurves(curves, machine);
