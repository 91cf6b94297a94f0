import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { QblError } from '../error.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/** Of each body, in bytes; the rest is left out and its length told. */
export const MAX_TRACED_BODY_BYTES = 16 * 1024;
/** Of the whole file. */
export const MAX_TRACE_BYTES = 32 * 1024 * 1024;

const headers = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();
const body = z.object({ text: z.string(), bytes: z.number() }).readonly();

const tracedSample = z
  .object({
    thread: z.string(),
    loop: z.number(),
    /** Its place in the loop, from 1. */
    request: z.number(),
    label: z.string(),
    atMs: z.number(),
    elapsedMs: z.number(),
    outcome: z.enum(['acked', 'rejected', 'indeterminate']),
    success: z.boolean(),
    /** Why there is no whole response; null when there is one. */
    failure: z.string().nullable(),
    sent: z.object({ method: z.string(), url: z.string(), headers, body: body.nullable() }).readonly(),
    /** Null when no head of a response came. */
    received: z.object({ status: z.number(), reason: z.string(), headers, body }).readonly().nullable(),
  })
  .readonly();

/** One line of trace.jsonl: a request and its response in full, without secrets. */
export type TracedSample = z.infer<typeof tracedSample>;

/** Whether the sample is one of the failures of a trace: no success, or not acked. */
export function isTracedFailure({ success, outcome }: Pick<TracedSample, 'success' | 'outcome'>): boolean {
  return !success || outcome !== 'acked';
}

/**
 * Reads trace.jsonl; null when there is none. A last line that is torn is left out.
 * @throws QblError 'usage' when it is larger than a sender makes it
 */
export async function readTrace(folder: RunFolder): Promise<TracedSample[] | null> {
  const { trace } = runFiles(folder);
  const file = await stat(trace).catch(() => null);
  if (file === null) return null;
  if (file.size > MAX_TRACE_BYTES) {
    throw new QblError('usage', `${trace} has more than ${MAX_TRACE_BYTES} bytes: no sender has written it`);
  }
  const samples: TracedSample[] = [];
  const lines = createInterface({
    input: createReadStream(trace, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const parsed = tracedSample.safeParse(parseJson(line));
    if (parsed.success) samples.push(parsed.data);
  }
  return samples;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
