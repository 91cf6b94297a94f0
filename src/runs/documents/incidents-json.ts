import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { durationMs } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

/** A part of a run that ended before its work was done, or not in time. */
export const incident = z
  .object({
    /** The command: `serve`, `broker`, `blast`, … */
    part: z.string(),
    /** It belonged to the run without a queue of a comparison. */
    direct: z.boolean(),
    /** `late`: it was still busy when the run's deadline was over. */
    kind: z.enum(['ended', 'late']),
    /** The exit code; null when a signal ended it, and of a late one. */
    code: z.number().nullable(),
    /** Such as SIGKILL; null when it exited by itself. */
    signal: z.string().nullable(),
    /** ISO 8601. */
    at: z.string(),
    /** Since the sender began; null: it had not begun. */
    afterMs: durationMs().nullable(),
  })
  .readonly();

/** What incidents.json says; docs/run-folder.md explains each field to its readers. */
export type Incident = z.infer<typeof incident>;

const incidentsRecord = z
  .object({ schema: z.literal('qbl.incidents/1'), incidents: z.array(incident).readonly() })
  .readonly();

/**
 * Empty where all parts did their work, and for runs that `qbl run` did not start.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export async function readIncidents(folder: RunFolder): Promise<readonly Incident[]> {
  return (await readJsonIfThere(runFiles(folder).incidents, incidentsRecord))?.incidents ?? [];
}

export async function writeIncidents(folder: RunFolder, incidents: readonly Incident[]): Promise<void> {
  await replaceJson(runFiles(folder).incidents, { schema: 'qbl.incidents/1', incidents });
}

/** `qbl serve was killed (SIGKILL) 3.2 s after the start`. */
export function incidentText({ part, direct, kind, code, signal, afterMs }: Incident): string {
  const whose = direct ? ' of the run without a queue' : '';
  const when = afterMs === null ? 'before the start' : `${(afterMs / 1000).toFixed(1)} s after the start`;
  return `qbl ${part}${whose} ${howText(kind, code, signal)} ${when}`;
}

function howText(kind: Incident['kind'], code: number | null, signal: string | null): string {
  if (kind === 'late') return 'had not ended at the deadline,';
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was killed (${signal})`;
}
