import { cpus, hostname, platform } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { QblError } from '../../error.ts';
import { METHODS, ON_SAMPLE_ERROR, type Plan } from '../../plan/plan.ts';
import { parseQueueUrl } from '../../queue/url/url.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { withoutSecrets } from '../secrets.ts';
import { count, durationMs, epochMs, quantity } from './figure-schemas.ts';
import { createJson, replaceJson } from './json-file.ts';
import { parseRecord, textIfThere } from './read-json.ts';

const request = z.object({
  name: z.string(),
  url: z.string(),
  method: z.enum(METHODS),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  timeoutMs: durationMs(),
  connectTimeoutMs: durationMs().exactOptional(),
  timers: z.array(z.object({ delayMs: durationMs(), rangeMs: durationMs() })).exactOptional(),
});

const threadGroup = z.object({
  name: z.string(),
  threads: count(),
  loops: count().nullable(),
  durationMs: durationMs().nullable(),
  rampUpMs: durationMs(),
  onSampleError: z.enum(ON_SAMPLE_ERROR),
  requests: z.array(request),
  startDelayMs: durationMs().exactOptional(),
  newConnectionEachLoop: z.literal(true).exactOptional(),
});

const variable = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('uuid'), name: z.string() }),
  z.object({
    kind: z.literal('counter'),
    name: z.string(),
    start: z.int(),
    end: z.int().nullable(),
    increment: z.int(),
    format: z.string(),
    perThread: z.boolean(),
  }),
]);

const plan: z.ZodType<Plan> = z.object({
  name: z.string(),
  threadGroups: z.array(threadGroup),
  rate: quantity().nullable(),
  identity: z.boolean(),
  variables: z.array(variable).exactOptional(),
});

/** A damaged address is reported with its file, and not as one that the user gave. */
const queueUrl = z.string().check(({ value, issues }) => {
  try {
    parseQueueUrl(value);
  } catch (error) {
    if (!(error instanceof QblError)) throw error;
    issues.push({ code: 'custom', input: value, message: error.message });
  }
});

const runEnd = z
  .object({
    at: z.string(),
    atMs: epochMs(),
    /** `completed` or what stopped the sender. */
    reason: z.string(),
    /** Rows in samples.jtl. */
    samples: count(),
  })
  .readonly();

const experiment = z
  .object({
    /** Its runs have one id in common, which is that of the run where there is but one. */
    id: z.string(),
    /** Sent to the service itself, without a queue. */
    direct: z.boolean(),
  })
  .readonly();

/** The experiment of `qbl run` that a run is a part of. */
export type Experiment = z.infer<typeof experiment>;

const runRecord = z
  .object({
    schema: z.literal('qbl.run/1'),
    id: z.string(),
    sender: z.string(),
    experiment: experiment.exactOptional(),
    plan,
    /** Where `verify` reads, without secrets; null when the sender was not told. */
    queue: queueUrl.nullable(),
    startedAt: z.string(),
    startedAtMs: epochMs(),
    /** Requests that were not acknowledged do not fail the run. */
    allowErrors: z.literal(true).exactOptional(),
    /** Null until the sender stopped in good order. */
    end: runEnd.nullable(),
    versions: z.object({ qbl: z.string(), node: z.string() }).readonly(),
    host: z.object({ name: z.string(), platform: z.string(), cpus: count() }).readonly(),
  })
  .readonly();

/** What run.json says; docs/run-folder.md explains each field to its readers. */
export type RunRecord = z.infer<typeof runRecord>;

export interface NewRun {
  readonly sender: string;
  /** Undefined: it was sent by itself. */
  readonly experiment?: Experiment | undefined;
  readonly plan: Plan;
  readonly queue: string | null;
  readonly qblVersion: string;
  /** Headers beside those that authenticate whose values are masked. */
  readonly redact?: readonly string[] | undefined;
  readonly allowErrors?: boolean;
}

/**
 * Begins a run: claims its id by making run.json.
 * @throws QblError 'usage' when the id is taken: the copies of an older run would satisfy this one's acks
 */
export async function beginRun(folder: RunFolder, run: NewRun): Promise<RunRecord> {
  const now = new Date();
  const record: RunRecord = {
    schema: 'qbl.run/1',
    id: folder.id,
    sender: run.sender,
    ...(run.experiment === undefined ? {} : { experiment: run.experiment }),
    plan: withoutSecrets(run.plan, run.redact),
    queue: run.queue,
    startedAt: now.toISOString(),
    startedAtMs: now.getTime(),
    ...(run.allowErrors === true ? { allowErrors: true } : {}),
    end: null,
    versions: { qbl: run.qblVersion, node: process.versions.node },
    host: { name: hostname(), platform: platform(), cpus: cpus().length },
  };
  if (await createJson(runFiles(folder).run, record)) return record;
  throw new QblError('usage', `the run "${folder.id}" already exists in ${folder.path}`, {
    hint: 'Choose another --run, or leave it out.',
  });
}

/** Notes that the sender stopped in good order. */
export async function endRun(
  folder: RunFolder,
  record: RunRecord,
  reason: string,
  samples: number,
): Promise<void> {
  const now = new Date();
  const ended = { ...record, end: { at: now.toISOString(), atMs: now.getTime(), reason, samples } };
  await replaceJson(runFiles(folder).run, ended);
}

/**
 * Reads run.json; null when there is none yet.
 * @throws QblError 'usage' when the file is no run of this version, or of another run than its folder
 */
export function readRun(folder: RunFolder): RunRecord | null {
  const { run } = runFiles(folder);
  const text = textIfThere(run);
  // Claimed by its sender, and about to be written.
  if (text === null || text === '') return null;
  const record = parseRecord(run, text, runRecord);
  if (record.id === folder.id) return record;
  throw new QblError('usage', `${run} is of the run ${record.id}, and its folder is named ${folder.id}`, {
    hint: `Messages are found by the run's id: name the folder ${record.id}.`,
  });
}

/** @throws QblError 'usage' when there is no such run, or its run.json cannot be read */
export function existingRun(folder: RunFolder): RunRecord {
  const record = readRun(folder);
  if (record !== null) return record;
  throw new QblError('usage', `run "${folder.id}" not found in ${dirname(folder.path)}/`, {
    hint: 'Name a run by its ID or its folder. List the runs with: ls runs',
  });
}
