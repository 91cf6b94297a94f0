import { readTrace, type TracedSample } from '../../runs/rows/trace.ts';
import { openTrace } from '../../runs/rows/trace-writer.ts';
import { type Answer, groupTo, planOf, requestTo, type TestBed } from './test-bed.ts';

interface Options {
  readonly loops?: number;
  readonly limit?: number;
  /** Path and parameters of the URL. */
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly redact?: readonly string[];
}

/** Sends requests to a server that answers with `answer`, and returns the traced requests. */
export async function traceOf(bed: TestBed, answer: Answer, options: Options = {}): Promise<TracedSample[]> {
  const { loops = 1, limit = 1000, path = '/send', headers = {}, redact = [] } = options;
  const endpoint = await bed.endpoint(answer);
  const url = new URL(path, endpoint.url).href;
  const folder = { id: 'run', path: await bed.folder() };
  const trace = await openTrace(folder, limit);
  await bed.run(planOf([groupTo(url, { loops, requests: [requestTo(url, { headers })] })]), {
    trace,
    redact,
  });
  await trace.close();
  return (await readTrace(folder)) ?? [];
}
