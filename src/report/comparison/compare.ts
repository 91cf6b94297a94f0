import { plural } from '../../plural.ts';
import type { ComparisonTable } from '../html/report-data.ts';
import { METRICS, type Metric, medianOf, type RunFigures, unitOf, valuesOf } from './figures-of-run.ts';
import { differentSources } from './latency-figures.ts';
import { LEVEL, noiseOf, ratiosText } from './noise.ts';
import { smallestProbability } from './rank-test.ts';

/** Figures for which noise is tested. If more figures were tested, more of them would differ only by chance. */
const TESTED: readonly Metric[] = ['p50', 'p99', 'throughput', 'errors'];
const SHOWN_DIGITS = 3;

/**
 * Compares the medians of two sets of runs. If both sets have several runs, also tests whether the difference is more
 * than noise.
 * @param warnings reasons why the two sets may not be comparable
 */
export function compareRuns(
  runs: readonly RunFigures[],
  compared: readonly RunFigures[],
  warnings: readonly string[] = [],
): ComparisonTable {
  const repeated = runs.length > 1 && compared.length > 1;
  return {
    title: `${sideName(runs)} compared with ${sideName(compared)}`,
    columns: repeated
      ? [
          `median of ${plural(runs.length, 'run')}`,
          `median of ${plural(compared.length, 'compared run')}`,
          'ratio',
          'possible',
          'p',
          'difference',
        ]
      : [sideName(runs), sideName(compared), 'ratio'],
    rows: METRICS.filter((metric) =>
      [...runs, ...compared].some(({ figures }) => figures[metric] !== null),
    ).map((metric) => ({
      name: metric,
      unit: unitOf(metric),
      cells: [...medianCells(runs, compared, metric), ...(repeated ? testCells(runs, compared, metric) : [])],
    })),
    notes: [
      ...warnings,
      ...gapNotes([...runs, ...compared]),
      ...lossNotes([...runs, ...compared]),
      ...sourceNotes([...runs, ...compared]),
      ...(repeated ? notesOfTest(runs.length, compared.length) : [ONE_RUN]),
    ],
  };
}

/**
 * A note for comparisons with one run. The samples of one run are not repetitions, because they have the same
 * machine, warm-up and time in common.
 */
const ONE_RUN =
  'One run per side cannot separate a difference from noise. Run each side at least four times.';

/**
 * Returns notes about runs without figures. The median of the other runs would hide that figures are missing.
 */
function gapNotes(runs: readonly RunFigures[]): string[] {
  if (runs.every(({ figures }) => figures.p50 === null)) return [];
  return runs.flatMap(({ run, figures: { p50 } }) =>
    p50 === null ? [`${run} has no samples, so the median of its side is unknown.`] : [],
  );
}

/** Returns notes about runs with lost messages. A median would hide a loss in one of several runs. */
function lossNotes(runs: readonly RunFigures[]): string[] {
  return runs.flatMap(({ run, figures, atLeast }) => {
    const { lost } = { ...figures, ...atLeast };
    const least = atLeast.lost === undefined ? '' : 'at least ';
    return lost === null || lost === 0 ? [] : [`${run} lost ${least}${plural(lost, 'message')}.`];
  });
}

/** Returns a note if the end-to-end latencies of the runs cannot be compared. */
function sourceNotes(runs: readonly RunFigures[]): string[] {
  const sources = differentSources('e2e-p50', runs);
  if (sources.length === 0) return [];
  return [
    `The end-to-end latencies have no ratio, because the runs measured the arrival in different ways: ${sources.join(', ')}.`,
  ];
}

function sideName(runs: readonly RunFigures[]): string {
  const [first] = runs;
  return runs.length === 1 && first !== undefined ? first.run : plural(runs.length, 'run');
}

function medianCells(runs: readonly RunFigures[], compared: readonly RunFigures[], metric: Metric) {
  const figure = medianOf(runs, metric);
  const base = medianOf(compared, metric);
  const isComparable = differentSources(metric, [...runs, ...compared]).length === 0;
  const ratio =
    figure === null || base === null || base === 0 || !isComparable ? null : `${(figure / base).toFixed(2)}x`;
  return [figure, base, ratio];
}

function testCells(runs: readonly RunFigures[], compared: readonly RunFigures[], metric: Metric) {
  const [first, second] = [valuesOf(runs, metric), valuesOf(compared, metric)];
  if (first === null || second === null || !TESTED.includes(metric)) return [null, null, null];
  const noise = noiseOf(first, second);
  const conclusion = noise.kind === 'too few runs' ? 'too few runs' : noise.kind;
  return [ratiosText(noise), Number(noise.probability.toPrecision(SHOWN_DIGITS)), conclusion];
}

function notesOfTest(first: number, second: number): string[] {
  const smallest = smallestProbability(first, second);
  const few = `With ${first} and ${second} runs p cannot be below ${Number(smallest.toPrecision(SHOWN_DIGITS))}, however large the difference. Run each side at least four times.`;
  return [
    `p: probability of such a difference between runs of the same system (Mann and Whitney, two-sided). Below ${LEVEL} the difference is more than noise.`,
    ...(smallest >= LEVEL
      ? [few]
      : [
          'possible: the range in which the true ratio may lie. These runs cannot exclude any ratio in this range.',
        ]),
  ];
}
