import { isTracedFailure, type TracedSample } from '../../runs/trace.ts';
import { escapedJson } from './embed.ts';
import type { Outcomes } from './outcomes.ts';
import type { MessageData, ResultData, ResultsData } from './report-data.ts';

/** What the results may take of a page that stays below 5 MB. */
const MAX_BYTES = 3_500_000;
/** Bodies are cut as little as lets every result fit; where even the last does not, results are left out. */
const BODY_LENGTHS = [16_384, 4096, 1024, 256];
const SHORTEST_BODY = 256;
/** Failures may take this share before successes get theirs; they matter more. */
const SHARE_OF_FAILURES = 0.75;

/** The traced samples that fit into the page, failures first, each kind in the order of its ends. */
export function resultsData(
  trace: readonly TracedSample[] | null,
  outcomes: Outcomes | null,
  sender: string,
): ResultsData {
  const total = { good: outcomes?.good ?? 0, all: outcomes?.statistics.samples ?? 0 };
  const failures = (trace ?? []).filter((sample) => isTracedFailure(sample));
  const successes = (trace ?? []).filter((sample) => !isTracedFailure(sample));
  const { bodyLength, failed, succeeded } = fitting(failures, successes);
  return {
    absent: trace === null ? absence(sender) : null,
    failures: { shown: failed.length, total: Math.max(total.all - total.good, failures.length) },
    successes: { shown: succeeded.length, total: Math.max(total.good, successes.length) },
    bodyLength,
    items: [...failed, ...succeeded],
  };
}

function absence(sender: string): string {
  return sender === 'jmeter'
    ? 'JMeter sent this run, and qbl sees its samples alone: there is no trace. Send it with qbl blast to have one.'
    : 'This run has no trace.jsonl: it was sent with --trace 0, or by an older qbl.';
}

interface Fitting {
  readonly bodyLength: number;
  readonly failed: readonly ResultData[];
  readonly succeeded: readonly ResultData[];
}

function fitting(failures: readonly TracedSample[], successes: readonly TracedSample[]): Fitting {
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

/** The first ones that fit, as they are written into the page. */
function taken(samples: readonly TracedSample[], bodyLength: number, mostBytes: number): Taken {
  const results: ResultData[] = [];
  let bytes = 0;
  for (const sample of samples) {
    const result = resultData(sample, bodyLength);
    const size = Buffer.byteLength(escapedJson(result)) + 1;
    if (bytes + size > mostBytes) return { results, bytes, isWhole: false };
    bytes += size;
    results.push(result);
  }
  return { results, bytes, isWhole: true };
}

function resultData(sample: TracedSample, bodyLength: number): ResultData {
  const { thread, loop, label, atMs, elapsedMs, outcome, success, failure, sent, received } = sample;
  return {
    thread,
    loop,
    label,
    at: new Date(atMs).toISOString(),
    elapsedMs,
    outcome,
    success,
    failure,
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
  };
}
