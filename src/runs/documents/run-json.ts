import { cpus, hostname, platform } from 'node:os';
import { QblError } from '../../error.ts';
import type { Plan } from '../../plan/plan.ts';
import { z } from '../../schema/zod.ts';
import { count, epochMs } from '../json/figure-schemas.ts';
import { createJson, replaceJson } from '../json/json-file.ts';
import { queueUrl } from '../json/queue-url-schema.ts';
import { parseRecord, textIfThere } from '../json/read-json.ts';
import { plan } from '../plan/plan-schema.ts';
import { withoutSecrets } from '../plan-without-secrets.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const runEnd = z
  .object({
    at: z.string(),
    atMs: epochMs(),
    /** `completed`, or the reason why the sender stopped early. */
    reason: z.string(),
    /** Number of rows in samples.jtl. */
    samples: count(),
  })
  .readonly();

const experiment = z
  .object({
    /** The ID that all runs of an experiment share. If the experiment has only one run, it is the ID of that run. */
    id: z.string(),
    /** Whether the run was sent directly to the service, without a queue. */
    direct: z.boolean(),
  })
  .readonly();

/** The experiment of a run. All runs of one `qbl run` form an experiment, and run.json of each run records it. */
export type Experiment = z.infer<typeof experiment>;

const runRecord = z
  .object({
    schema: z.literal('qbl.run/2'),
    id: z.string(),
    sender: z.string(),
    experiment: experiment.exactOptional(),
    plan,
    /** URL of the queue that `verify` reads, without secrets. Null if the sender did not know the queue. */
    queue: queueUrl.nullable(),
    startedAt: z.string(),
    startedAtMs: epochMs(),
    /** Present if requests without an ack do not fail the run (--allow-errors). */
    allowErrors: z.literal(true).exactOptional(),
    /** How the sender ended. Null until the sender ended cleanly. */
    end: runEnd.nullable(),
    versions: z.object({ qbl: z.string(), node: z.string() }).readonly(),
    host: z.object({ name: z.string(), platform: z.string(), cpus: count() }).readonly(),
  })
  .readonly();

/** The content of run.json. docs/run-folder.md explains each field. */
export type RunRecord = z.infer<typeof runRecord>;

export interface NewRun {
  readonly sender: string;
  /** The experiment of the run. Undefined if the run belongs to no experiment. */
  readonly experiment?: Experiment | undefined;
  readonly plan: Plan;
  readonly queue: string | null;
  readonly qblVersion: string;
  /** Names of further headers whose values are masked. Headers for authentication are always masked. */
  readonly redact?: readonly string[] | undefined;
  readonly allowErrors?: boolean;
}

/**
 * Checks that the ID of a run is not used yet.
 * @throws QblError 'usage' if the ID is used
 */
export function mustBeNew(folder: RunFolder): void {
  if (readRun(folder) !== null) throw alreadyExists(folder);
}

function alreadyExists({ id, path }: RunFolder): QblError {
  return new QblError('usage', `run "${id}" already exists in ${path}`, {
    hint: 'Choose another --run, or omit --run: qbl then chooses a new ID.',
  });
}

/**
 * Creates run.json, which reserves the ID of the run.
 * @throws QblError 'usage' if an earlier run used the ID, because verify would count the messages of both runs
 */
export async function beginRun(folder: RunFolder, run: NewRun): Promise<RunRecord> {
  const now = new Date();
  const record: RunRecord = {
    schema: 'qbl.run/2',
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
  throw alreadyExists(folder);
}

/** Records in run.json that the sender ended cleanly. */
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
 * Reads run.json. Null if the file does not exist yet.
 * @throws QblError 'usage' if the file is damaged, from another version, or in the folder of another run
 */
export function readRun(folder: RunFolder): RunRecord | null {
  const { run } = runFiles(folder);
  const text = textIfThere(run);
  // If the file is empty, the sender has just created it and will write it at once.
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

/**
 * Reads run.json of a run that must exist.
 * @throws QblError 'usage' if the run does not exist, or its run.json cannot be read
 */
export function existingRun(folder: RunFolder): RunRecord {
  const record = readRun(folder);
  if (record !== null) return record;
  throw new QblError('usage', `run "${folder.id}" not found: ${runFiles(folder).run} is missing or empty`, {
    hint: "Give the ID of a run in the folder of --runs, or the path of the run's folder.",
  });
}
