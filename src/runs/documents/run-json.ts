import { cpus, hostname, platform } from 'node:os';
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
  untilStopped: z.literal(true).exactOptional(),
  variables: z.array(variable).exactOptional(),
});

/** A damaged URL is reported as damage to the file, not as a mistake of the user. */
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
    /** `completed`, or what stopped the sender. */
    reason: z.string(),
    /** Number of rows in samples.jtl. */
    samples: count(),
  })
  .readonly();

const experiment = z
  .object({
    /** The ID that all runs of the experiment share. With a single run, it is the ID of that run. */
    id: z.string(),
    /** Whether the run was sent directly to the service, without a queue. */
    direct: z.boolean(),
  })
  .readonly();

/** The experiment of `qbl run` that a run belongs to. */
export type Experiment = z.infer<typeof experiment>;

const runRecord = z
  .object({
    schema: z.literal('qbl.run/1'),
    id: z.string(),
    sender: z.string(),
    experiment: experiment.exactOptional(),
    plan,
    /** The queue that `verify` reads, without secrets. Null if the sender did not know it. */
    queue: queueUrl.nullable(),
    startedAt: z.string(),
    startedAtMs: epochMs(),
    /** Present if unacknowledged requests do not fail the run. */
    allowErrors: z.literal(true).exactOptional(),
    /** Null until the sender exited normally. */
    end: runEnd.nullable(),
    versions: z.object({ qbl: z.string(), node: z.string() }).readonly(),
    host: z.object({ name: z.string(), platform: z.string(), cpus: count() }).readonly(),
  })
  .readonly();

/** The content of run.json. docs/run-folder.md explains each field. */
export type RunRecord = z.infer<typeof runRecord>;

export interface NewRun {
  readonly sender: string;
  /** Undefined if the run belongs to no experiment. */
  readonly experiment?: Experiment | undefined;
  readonly plan: Plan;
  readonly queue: string | null;
  readonly qblVersion: string;
  /** Additional headers whose values are masked. Headers that authenticate are always masked. */
  readonly redact?: readonly string[] | undefined;
  readonly allowErrors?: boolean;
}

/**
 * Begins a run: creates run.json, which reserves the run's ID.
 * @throws QblError 'usage' when the ID is taken: verify would count the older run's messages for this run
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
  throw new QblError('usage', `run "${folder.id}" already exists in ${folder.path}`, {
    hint: 'Choose another --run, or omit it: qbl then picks a new ID.',
  });
}

/** Records in run.json that the sender exited normally. */
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
 * Reads run.json. Null if it does not exist yet.
 * @throws QblError 'usage' when the file is not a run of this version, or does not belong to its folder
 */
export function readRun(folder: RunFolder): RunRecord | null {
  const { run } = runFiles(folder);
  const text = textIfThere(run);
  // The sender has created the file and is about to write it.
  if (text === null || text === '') return null;
  const record = parseRecord(run, text, runRecord);
  if (record.id === folder.id) return record;
  throw new QblError(
    'usage',
    `${run} belongs to run "${record.id}", but its folder is named "${folder.id}"`,
    {
      hint: `qbl finds messages by the run's ID. Rename the folder to "${record.id}".`,
    },
  );
}

/** @throws QblError 'usage' when the run does not exist, or its run.json cannot be read */
export function existingRun(folder: RunFolder): RunRecord {
  const record = readRun(folder);
  if (record !== null) return record;
  throw new QblError('usage', `run "${folder.id}" not found: ${runFiles(folder).run} is missing or empty`, {
    hint: 'Give the ID of a run in runs/, or the path of its folder.',
  });
}
