import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { count, durationMs, epochMs } from '../documents/figure-schemas.ts';
import { parseRecord } from '../documents/read-json.ts';
import { statIfThere } from '../regular-file.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

/** Of each body, in bytes; the rest is left out and its length told. */
export const MAX_TRACED_BODY_BYTES = 16 * 1024;
/** Of the whole file. */
export const MAX_TRACE_BYTES = 32 * 1024 * 1024;

const headers = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();
const body = z.object({ text: z.string(), bytes: count() }).readonly();

const tracedSample = z
  .object({
    thread: z.string(),
    loop: count(),
    /** Its place in the loop, from 1. */
    request: count(),
    label: z.string(),
    atMs: epochMs(),
    elapsedMs: durationMs(),
    outcome: z.enum(['acked', 'rejected', 'indeterminate']),
    success: z.boolean(),
    /** Why there is no whole response; null when there is one. */
    failure: z.string().nullable(),
    sent: z.object({ method: z.string(), url: z.string(), headers, body: body.nullable() }).readonly(),
    /** Null when no head of a response came. */
    received: z.object({ status: count(), reason: z.string(), headers, body }).readonly().nullable(),
  })
  .readonly();

/** One line of trace.jsonl: a request and its response in full, without secrets. */
export type TracedSample = z.infer<typeof tracedSample>;

/** Whether the sample is one of the failures of a trace: no success, or not acked. */
export function isTracedFailure({ success, outcome }: Pick<TracedSample, 'success' | 'outcome'>): boolean {
  return !success || outcome !== 'acked';
}

/**
 * Reads trace.jsonl; null when there is none. A last line without its end is left out: its writer was killed.
 * @throws QblError 'usage' when it is larger than a sender makes it, or a line is no traced sample
 */
export async function readTrace(folder: RunFolder): Promise<TracedSample[] | null> {
  const { trace } = runFiles(folder);
  if (statIfThere(trace, MAX_TRACE_BYTES) === null) return null;
  const lines = (await readFile(trace, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line, index) => parseRecord(`${trace}:${index + 1}`, line, tracedSample));
}
