import type { RunRecord } from '../../../runs/documents/run-json.ts';
import { isTracedFailure, type TracedSample } from '../../../runs/rows/trace.ts';
import { requestKeyOf } from '../../verdict/request-key.ts';
import type { OutcomeCurves } from '../curves/outcomes.ts';
import { escapedJson } from '../embed.ts';
import type { MessageData, ResultData, ResultsData } from '../report-data.ts';
import type { OffenderSample } from './offender-samples.ts';
import { resultOfSample } from './result-of-sample.ts';

/** Maximum size of the results. With this limit, the page stays below 5 MB. */
const MAX_BYTES = 3_500_000;
/**
 * Lengths in characters to which bodies may be cut. The longest length with which all results fit is used. If even the
 * shortest length is too long, results are left out.
 */
const BODY_LENGTHS = [16_384, 4096, 1024, 256];
const SHORTEST_BODY = 256;
/** Share of the space that is kept for failures, because they are more important than successes. */
const SHARE_OF_FAILURES = 0.75;

/** Everything that is known about single requests. */
export interface ResultSources {
  /** The traced requests. Null if the run has no trace. */
  readonly trace: readonly TracedSample[] | null;
  /** Samples of messages that have a problem and were not traced. */
  readonly offenders: readonly OffenderSample[];
  /** The problems of messages, by the key of their request. */
  readonly offending: ReadonlyMap<string, { readonly kinds: readonly string[] }>;
  readonly outcomes: OutcomeCurves | null;
  readonly record: Pick<RunRecord, 'sender' | 'plan'>;
}

/** Builds a result whose bodies have at most this length. */
type Maker = (bodyLength: number) => ResultData;

/**
 * Returns the results that fit into the page. First come results of messages with a problem that were not
 * traced. The traced results follow, failures before successes, each in the order in which they ended.
 */
export function resultsData({ trace, offenders, offending, outcomes, record }: ResultSources): ResultsData {
  const acked = outcomes?.statistics.acked ?? 0;
  const all = outcomes?.statistics.samples ?? 0;
  const kindsOf = (key: string | null) => offending.get(key ?? '')?.kinds ?? [];
  const untraced = offenders.map(
    (offender): Maker =>
      (bodyLength) => ({
        ...resultOfSample(offender, record.plan, bodyLength),
        kinds: kindsOf(offender.key),
      }),
  );
  const traced = (sample: TracedSample): Maker => {
    const key = requestKeyOf(sample);
    return (bodyLength) => ({ ...resultData(sample, bodyLength), key, kinds: kindsOf(key) });
  };
  const failures = (trace ?? []).filter((sample) => isTracedFailure(sample)).map(traced);
  const successes = (trace ?? []).filter((sample) => !isTracedFailure(sample)).map(traced);
  const { bodyLength, failed, succeeded } = fitting([...untraced, ...failures], successes);
  const tracedFailures = failed.filter(({ isTraced }) => isTraced).length;
  return {
    absent: trace === null ? absence(record.sender) : null,
    failures: { shown: tracedFailures, total: Math.max(all - acked, failures.length) },
    successes: { shown: succeeded.length, total: Math.max(acked, successes.length) },
    untraced: failed.length - tracedFailures,
    bodyLength,
    items: [...failed, ...succeeded],
  };
}

function absence(sender: string): string {
  return sender === 'jmeter'
    ? 'There is no trace: JMeter sent this run, so qbl has only its samples. To get a trace, send it with qbl blast.'
    : 'There is no trace.jsonl: the run was sent with --trace 0, or by an older version of qbl.';
}

interface Fitting {
  readonly bodyLength: number;
  readonly failed: readonly ResultData[];
  readonly succeeded: readonly ResultData[];
}

function fitting(failures: readonly Maker[], successes: readonly Maker[]): Fitting {
  for (const bodyLength of BODY_LENGTHS) {
    const failed = taken(failures, bodyLength, MAX_BYTES);
    const succeeded = taken(successes, bodyLength, MAX_BYTES - failed.bytes);
    if (failed.isWhole && succeeded.isWhole) {
      return { bodyLength, failed: failed.results, succeeded: succeeded.results };
    }
  }
  const share = successes.length === 0 ? 1 : SHARE_OF_FAILURES;
  const failed = taken(failures, SHORTEST_BODY, MAX_BYTES * share);
  const succeeded = taken(successes, SHORTEST_BODY, MAX_BYTES - failed.bytes);
  return { bodyLength: SHORTEST_BODY, failed: failed.results, succeeded: succeeded.results };
}

interface Taken {
  readonly results: readonly ResultData[];
  readonly bytes: number;
  readonly isWhole: boolean;
}

/** Returns the first results that fit. Their size is measured in the form in which the page contains them. */
function taken(makers: readonly Maker[], bodyLength: number, mostBytes: number): Taken {
  const results: ResultData[] = [];
  let bytes = 0;
  for (const make of makers) {
    const result = make(bodyLength);
    const size = Buffer.byteLength(escapedJson(result)) + 1;
    if (bytes + size > mostBytes) return { results, bytes, isWhole: false };
    bytes += size;
    results.push(result);
  }
  return { results, bytes, isWhole: true };
}

function resultData(sample: TracedSample, bodyLength: number): Omit<ResultData, 'key' | 'kinds'> {
  const { thread, loop, label, atMs, elapsedMs, outcome, success, failure, assertion, sent, received } =
    sample;
  return {
    thread,
    loop,
    label,
    at: new Date(atMs).toISOString(),
    elapsedMs,
    outcome,
    success,
    failure: failure ?? (success ? null : (assertion ?? null)),
    isTraced: true,
    request: message(`${sent.method} ${sent.url}`, sent.headers, sent.body, bodyLength),
    response:
      received === null
        ? null
        : message(
            `${received.status} ${received.reason}`.trim(),
            received.headers,
            received.body,
            bodyLength,
          ),
  };
}

function message(
  line: string,
  headers: MessageData['headers'],
  body: { readonly text: string; readonly bytes: number } | null,
  bodyLength: number,
): MessageData {
  return {
    line,
    headers,
    body: body === null ? null : body.text.slice(0, bodyLength),
    bodyBytes: body?.bytes ?? 0,
    missing: null,
  };
}
