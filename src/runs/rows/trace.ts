import { z } from '../../schema/zod.ts';
import { count, durationMs, epochMs } from '../json/figure-schemas.ts';
import { parseRecord, textIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

/** Maximum size of each recorded body. The rest of a body is left out, and its full length is recorded. */
export const MAX_TRACED_BODY_BYTES = 16 * 1024;
/** Maximum size of trace.jsonl. */
export const MAX_TRACE_BYTES = 32 * 1024 * 1024;

const headers = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();
const body = z.object({ text: z.string(), bytes: count() }).readonly();

const tracedSample = z
  .object({
    thread: z.string(),
    /** Number of the thread group in the plan. Absent if the name of the thread shows the group. */
    threadGroup: count().exactOptional(),
    loop: count(),
    /** Number of the request in the loop, from 1. */
    request: count(),
    label: z.string(),
    atMs: epochMs(),
    elapsedMs: durationMs(),
    outcome: z.enum(['acked', 'rejected', 'indeterminate']),
    success: z.boolean(),
    /** Why the response is not complete. Null if it is complete. */
    failure: z.string().nullable(),
    /** JMeter's text of the first assertion with a text. Absent if the sample is a success, or if no assertion failed. */
    assertion: z.string().exactOptional(),
    sent: z.object({ method: z.string(), url: z.string(), headers, body: body.nullable() }).readonly(),
    /** The response. Null if no response headers arrived. */
    received: z.object({ status: count(), reason: z.string(), headers, body }).readonly().nullable(),
  })
  .readonly();

/** One line of trace.jsonl: a request and its response, with secrets masked. */
export type TracedSample = z.infer<typeof tracedSample>;

/** Whether a sample counts as a failure in the trace: it did not succeed, or it was not acknowledged. */
export function isTracedFailure({ success, outcome }: Pick<TracedSample, 'success' | 'outcome'>): boolean {
  return !success || outcome !== 'acked';
}

/**
 * Reads trace.jsonl. Null if the file is missing. An incomplete last line is left out, because its writer was killed.
 * @throws QblError 'usage' if the file cannot be read or is too large, or if a line is not a traced sample
 */
export async function readTrace(folder: RunFolder): Promise<TracedSample[] | null> {
  const { trace } = runFiles(folder);
  const text = textIfThere(trace, MAX_TRACE_BYTES);
  if (text === null) return null;
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, index) => parseRecord(`${trace}:${index + 1}`, line, tracedSample));
}
