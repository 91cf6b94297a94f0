import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { byName, OFFENCES, RUN_COUNTS, zeroOf } from '../../src/runs/documents/counts.ts';
import { MAX_OFFENDERS } from '../../src/runs/documents/offender.ts';
import type { SummaryRecord } from '../../src/runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../src/runs/documents/verify-json.ts';
import type { TracedSample } from '../../src/runs/rows/trace.ts';
import { JTL_HEADER } from '../../src/samples/jtl/jtl-columns.ts';
import { jtlRow } from '../../src/samples/jtl/jtl-writer.ts';
import {
  type Histogram,
  newLatencyHistogram,
  recordLatencyMs,
  summariseHistogram,
} from '../../src/samples/latency/histogram.ts';
import { writeHlog } from '../../src/samples/latency/hlog.ts';
import { outcomeOf } from '../../src/samples/outcome.ts';
import type { Sample } from '../../src/samples/sample.ts';
import { Statistics } from '../../src/samples/summary/statistics.ts';
import { SummaryReport } from '../../src/samples/summary/summary-report.ts';

export const START_MS = Date.UTC(2026, 0, 15, 9, 30);
const LABEL = 'Enviar a Kafka vía Proxy';
const ROWS_A_CHUNK = 5000;
const STEP_MS = 100;

export interface SyntheticRun {
  readonly samples: number;
  readonly seconds: number;
  readonly trace: readonly TracedSample[];
  /** Processing rate of the service. Null if the run has no service. */
  readonly processedPerSecond: number | null;
  /** Adds an outage of the service in the middle of the burst, and a run without a queue. */
  readonly withOutage?: boolean;
  /** Number of lost messages. No lost message is traced. */
  readonly lost?: number;
}

/** Start and end of the outage, as shares of the duration of the run. */
const OUTAGE = { from: 0.45, to: 0.55 };

/**
 * Writes the folder of an invented run: a burst with some failures, and a service that processes the burst at its own
 * rate.
 */
export async function writeSyntheticRun(path: string, run: SyntheticRun): Promise<void> {
  await mkdir(path, { recursive: true });
  const figures = new Figures();
  await writeSamples(path, run, figures, sampleAt);
  const write = (name: string, value: unknown) => writeFile(join(path, name), JSON.stringify(value));
  const endMs = START_MS + run.seconds * 1000;
  await write('run.json', runJson(path, run, endMs));
  await write('summary.json', figures.summary());
  await write('verify.json', figures.verification(idOf(path), run.lost ?? 0));
  const entry = (tag: string, histogram: Histogram) => ({ tag, startMs: START_MS, endMs, histogram });
  await writeHlog(join(path, 'latency.hlog'), [entry('latency', figures.latency)]);
  await writeHlog(join(path, 'e2e.hlog'), [entry('e2e', figures.endToEnd)]);
  await writeFile(join(path, 'trace.jsonl'), run.trace.map((line) => `${JSON.stringify(line)}\n`).join(''));
  if (run.processedPerSecond !== null) {
    await writeFile(join(path, 'timeline.csv'), timelineOf(run, run.processedPerSecond));
    await write('service.json', serviceJson(run, run.processedPerSecond));
  }
  if (run.withOutage !== true) return;
  await write('compare.json', compareJson(run, figures, await writeWithoutQueue(`${path}-direct`, run)));
}

/**
 * Writes the folder of the same run without a queue in front of the service. Requests fail during the outage and in
 * much of the burst.
 */
async function writeWithoutQueue(path: string, run: SyntheticRun): Promise<Figures> {
  await mkdir(path);
  const figures = new Figures();
  await writeSamples(path, run, figures, directSampleAt);
  const record = runJson(path, run, START_MS + run.seconds * 1000);
  const experiment = { id: idOf(path), direct: true };
  await writeFile(join(path, 'run.json'), JSON.stringify({ ...record, experiment }));
  return figures;
}

type SampleAt = typeof sampleAt;

function writeSamples(path: string, run: SyntheticRun, figures: Figures, at: SampleAt): Promise<void> {
  return pipeline(Readable.from(jtlOf(run, figures, at)), createWriteStream(join(path, 'samples.jtl')));
}

/** Pseudorandom numbers that are the same in each run. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Returns a number from 0 to 1. Source: Numerical Recipes' linear congruential generator. */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }
}

/** The statistics that the sender and verify write. */
class Figures {
  readonly latency = newLatencyHistogram();
  readonly endToEnd = newLatencyHistogram();
  readonly #statistics = new Statistics();
  readonly #report = new SummaryReport();

  add(sample: Sample): void {
    const outcome = outcomeOf(sample);
    this.#statistics.add(sample, outcome);
    this.#report.add(sample);
    recordLatencyMs(this.latency, sample.elapsedMs);
    if (outcome === 'acked') recordLatencyMs(this.endToEnd, sample.elapsedMs * 0.4 + 900 * (sample.loop % 7));
  }

  summary(): SummaryRecord {
    return {
      schema: 'qbl.summary/1',
      run: 'synthetic',
      rows: [...this.#report.rows(), this.#report.total()],
      statistics: this.#statistics.summary(),
      latencyMs: summariseHistogram(this.latency),
      intendedLatencyMs: null,
      rate: null,
      gaps: null,
    };
  }

  verification(id: string, lost: number): VerifyRecord {
    const { samples: sent, acked, rejected, indeterminate } = this.#statistics.summary();
    const recovered = Math.floor(indeterminate * 0.6);
    const received = acked + recovered - lost;
    return {
      schema: 'qbl.verify/1',
      rules: { exactlyOnce: false, ordered: false },
      verdict: lost === 0 ? 'pass' : 'fail',
      reasons:
        lost === 0
          ? []
          : [{ kind: 'lost', count: lost, text: 'acknowledged messages are missing from the queue' }],
      notProven: [],
      settling: null,
      ...zeroOf(RUN_COUNTS),
      ...{ sent, acked, rejected, indeterminate, received, recovered, lost },
      unresolved: indeterminate - recovered,
      foreign: 0,
      run: id,
      runs: [],
      queue: 'kafka://localhost:9092/stress-topic',
      reading: 'log',
      deliveries: received,
      drained: true,
      read: [0, 1, 2].map((partition) => ({ partition, from: 0, to: Math.ceil(received / 3) })),
      latencySource: 'received',
      latencyMs: { ...summariseHistogram(this.endToEnd), negative: 0, mostNegative: 0 },
      repeatsDropped: false,
      service: null,
      hops: null,
      gaps: null,
      incidents: [],
      offenders: { ...byName(OFFENCES, () => []), lost: lostMessages(id, lost) },
    };
  }
}

/** The first lost messages. Each comes from a different thread, and is not traced. */
function lostMessages(run: string, lost: number): VerifyRecord['offenders']['lost'] {
  return Array.from({ length: Math.min(lost, MAX_OFFENDERS) }, (_, index) => ({
    identity: { run, group: 1, thread: index + 1, loop: 7, request: 1 },
    place: null,
  }));
}

function* jtlOf({ samples, seconds }: SyntheticRun, figures: Figures, at: SampleAt): Generator<string> {
  const random = new Random(7);
  let chunk = `${JTL_HEADER}\n`;
  for (let index = 0; index < samples; index++) {
    const sample = at(index, samples, seconds, random);
    figures.add(sample);
    chunk += jtlRow(sample);
    if (index % ROWS_A_CHUNK !== 0) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** Returns a sample of a run that has a burst in its middle. Some requests fail during the burst. */
function sampleAt(index: number, samples: number, seconds: number, random: Random): Sample {
  const share = index / samples;
  const at = share < 0.2 ? share * 2 : share < 0.8 ? 0.4 + (share - 0.2) / 3 : 0.6 + (share - 0.8) * 2;
  const isBurst = at > 0.4 && at < 0.6;
  const failed = isBurst && random.next() < 0.04;
  const timedOut = failed && random.next() < 0.25;
  const elapsedMs = Math.round(
    (isBurst ? 60 : 12) * (0.4 + -Math.log(1 - random.next())) * (timedOut ? 40 : 1),
  );
  return {
    timeStampMs: START_MS + Math.floor(at * seconds * 1000),
    elapsedMs,
    label: LABEL,
    responseCode: timedOut ? '504' : failed ? '503' : '200',
    responseMessage: timedOut ? 'Gateway Timeout' : failed ? 'Not Enqueued' : 'OK',
    threadName: `Usuarios simulados 1-${(index % 100) + 1}`,
    success: !failed,
    failureMessage: '',
    bytes: 222,
    sentBytes: 374,
    grpThreads: 100,
    allThreads: 100,
    url: 'http://localhost:3000/send',
    latencyMs: elapsedMs,
    idleTimeMs: 0,
    connectMs: 0,
    loop: Math.floor(index / 100) + 1,
  };
}

function directSampleAt(index: number, samples: number, seconds: number, random: Random): Sample {
  const sample = sampleAt(index, samples, seconds, random);
  const share = (sample.timeStampMs - START_MS) / 1000 / seconds;
  const isAway = share > OUTAGE.from && share < OUTAGE.to;
  if (share < 0.4 || share > 0.6) return sample;
  // A request that succeeds in the burst waits for 64 earlier requests. At 240 requests per second, this takes 267
  // ms.
  if (!isAway && random.next() < 0.3) return { ...sample, elapsedMs: sample.elapsedMs + 267 };
  const [responseCode, responseMessage] = isAway ? ['503', 'Not Enqueued'] : ['504', 'Gateway Timeout'];
  return { ...sample, responseCode, responseMessage, success: false };
}

function compareJson({ samples }: SyntheticRun, queue: Figures, direct: Figures) {
  const failed = (figures: Figures) => {
    const { rejected, indeterminate } = figures.summary().statistics;
    return rejected + indeterminate;
  };
  const row = (name: string, unit: string, ...cells: (number | string | null)[]) => ({ name, unit, cells });
  const of = (benefit: string, ...figures: Parameters<typeof row>) => ({ ...row(...figures), benefit });
  const [withQueue, without] = [queue.summary().latencyMs, direct.summary().latencyMs];
  return {
    schema: 'qbl.compare/1',
    title: 'With the queue and without',
    columns: ['queue', 'predicted', 'direct', 'predicted'],
    rows: [
      of('availability', 'availability: failed requests', '', failed(queue), null, failed(direct), null),
      row('  of (in total)', '', samples, null, samples, null),
      of('availability', '  latency of acked requests, p50', 'ms', withQueue.p50, null, without.p50, null),
      of('availability', '  latency of acked requests, p99', 'ms', withQueue.p99, null, without.p99, null),
      row(
        'scalability: processed',
        'messages',
        samples - failed(queue),
        samples,
        samples - failed(direct),
        null,
      ),
      of('scalability', '  time until all messages are processed', 's', 83.7, 83.5, 'never', null),
      row('  largest backlog', 'messages', 10_536, 10_512, 64, null),
      of('cost', 'cost: attempts started in the busiest second', '', 240, 240, 240, null),
      of('cost', '  requests received in the busiest second', '', 1004, null, 1004, null),
      of('cost', '  instances needed for --max-wait', '', 1, 1, null, null),
      of('cost', '  instances needed for --p99', '', null, null, null, 5),
    ],
    notes: ['Predicted by the model from the configured service.'],
  };
}

function timelineOf(run: SyntheticRun, processedPerSecond: number): string {
  const { samples, seconds } = run;
  const rows = ['at,processed,others,backlog,oldestAge'];
  let processed = 0;
  for (let ms = 0; processed < samples; ms += STEP_MS) {
    const arrived = Math.round(samples * arrivedShare(ms / 1000 / seconds));
    const share = ms / 1000 / seconds;
    const isAway = run.withOutage === true && share > OUTAGE.from && share < OUTAGE.to;
    if (!isAway) processed = Math.min(arrived, processed + (processedPerSecond * STEP_MS) / 1000);
    const backlog = arrived - Math.round(processed);
    const oldestAgeMs = Math.round((backlog / processedPerSecond) * 800);
    rows.push([START_MS + ms, Math.round(processed), 0, backlog, oldestAgeMs].join(','));
    if (arrived === samples && backlog === 0) break;
  }
  return `${rows.join('\n')}\n`;
}

/** Returns the share of the samples that were sent before this time. */
function arrivedShare(at: number): number {
  if (at < 0.4) return at / 2;
  if (at < 0.6) return 0.2 + (at - 0.4) * 3;
  return Math.min(1, 0.8 + (at - 0.6) / 2);
}

function runJson(path: string, { samples }: SyntheticRun, endMs: number) {
  return {
    schema: 'qbl.run/2',
    id: idOf(path),
    sender: 'blast',
    plan: {
      name: 'stress',
      threadGroups: [
        {
          name: 'Usuarios simulados',
          threads: 100,
          loops: Math.ceil(samples / 100),
          durationMs: null,
          rampUpMs: 0,
          onSampleError: 'continue',
          requests: [
            {
              name: LABEL,
              url: 'http://localhost:3000/send',
              method: 'POST',
              headers: { 'Content-Type': 'application/json', Authorization: '***' },
              body: '{"usuario":${thread},"mensaje":"Mensaje ${loop} del usuario ${thread}","id":"${uuid}"}',
              timeoutMs: 30_000,
            },
          ],
        },
      ],
      rate: null,
      identity: { kind: 'body', pointer: [] },
    },
    queue: 'kafka://localhost:9092/stress-topic',
    startedAt: new Date(START_MS).toISOString(),
    startedAtMs: START_MS,
    end: { at: new Date(endMs).toISOString(), atMs: endMs, reason: 'completed', samples },
    versions: { qbl: '0.1.0', node: '20.20.2' },
    host: { name: 'bench', platform: 'linux', cpus: 8 },
  };
}

function idOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}

function serviceJson({ seconds, withOutage }: SyntheticRun, ratePerSecond: number) {
  return {
    schema: 'qbl.service/1',
    run: 'synthetic',
    options: {
      queue: 'kafka://localhost:9092/stress-topic',
      group: 'service',
      instances: 1,
      concurrency: 4,
      ratePerSecond,
      work: '15ms',
      failShare: 0,
      maxAttempts: 3,
      deadLetter: null,
      outages:
        withOutage === true
          ? [{ fromMs: OUTAGE.from * seconds * 1000, toMs: OUTAGE.to * seconds * 1000 }]
          : [],
      drain: true,
    },
    startedAt: new Date(START_MS).toISOString(),
    end: null,
    earlier: [],
  };
}

export interface TracedText {
  readonly request?: string;
  readonly response?: string;
  readonly label?: string;
  readonly header?: string;
}

/** A traced sample. Every 20th sample failed. */
export function tracedSample(index: number, text: TracedText = {}): TracedSample {
  const failed = index % 20 === 19;
  const sent = text.request ?? messageOf(index);
  const received =
    text.response ?? (failed ? '{"error":"the queue does not answer"}' : 'Mensaje enviado a Kafka');
  return {
    thread: `Usuarios simulados 1-${(index % 100) + 1}`,
    loop: Math.floor(index / 100) + 1,
    request: 1,
    label: text.label ?? LABEL,
    atMs: START_MS + index * 7,
    elapsedMs: 8 + ((index * 37) % 90),
    outcome: failed ? 'rejected' : 'acked',
    success: !failed,
    failure: null,
    sent: {
      method: 'POST',
      url: 'http://localhost:3000/send',
      headers: [
        ['host', 'localhost:3000'],
        ['Content-Type', 'application/json'],
        ['Authorization', '***'],
        ['content-length', String(Buffer.byteLength(sent))],
      ],
      body: { text: sent, bytes: Buffer.byteLength(sent) },
    },
    received: {
      status: failed ? 503 : 200,
      reason: failed ? 'Not Enqueued' : 'OK',
      headers: [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['X-Request-Id', text.header ?? `r-${index}`],
      ],
      body: { text: received, bytes: Buffer.byteLength(received) },
    },
  };
}

function messageOf(index: number): string {
  const [thread, loop] = [(index % 100) + 1, Math.floor(index / 100) + 1];
  return JSON.stringify({
    id: `0b9f4c1e-8a52-4c0e-9d3e-${String(index).padStart(12, '0')}`,
    usuario: thread,
    mensaje: `Mensaje ${loop} del usuario ${thread}`,
    qbl: {
      run: 'synthetic',
      group: 1,
      thread,
      loop,
      request: 1,
      sentAt: String(START_MS + index * 7 + 0.251),
      sum: 'ab'.repeat(16),
    },
  });
}
