import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { durationMs } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

/** A process of a run that ended before its work was done, or too late. */
export const incident = z
  .object({
    /** The command: `serve`, `broker`, `blast`, … */
    part: z.string(),
    /** Whether the process belonged to the run that is sent directly to the service, without a queue. */
    direct: z.boolean(),
    /** `ended`: it ended too early. `late`: it was still busy at the run's deadline. */
    kind: z.enum(['ended', 'late']),
    /** The exit code. Null if a signal ended the process, or if it was late. */
    code: z.number().nullable(),
    /** The signal, such as SIGKILL. Null if the process exited by itself. */
    signal: z.string().nullable(),
    /** ISO 8601. */
    at: z.string(),
    /** Time since the sender began. Null if the sender had not begun. */
    afterMs: durationMs().nullable(),
  })
  .readonly();

/** The content of incidents.json. docs/run-folder.md explains each field. */
export type Incident = z.infer<typeof incident>;

const incidentsRecord = z
  .object({ schema: z.literal('qbl.incidents/1'), incidents: z.array(incident).readonly() })
  .readonly();

/**
 * Reads incidents.json. Empty if all processes did their work, or if `qbl run` did not start the run.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export async function readIncidents(folder: RunFolder): Promise<readonly Incident[]> {
  return (await readJsonIfThere(runFiles(folder).incidents, incidentsRecord))?.incidents ?? [];
}

export async function writeIncidents(folder: RunFolder, incidents: readonly Incident[]): Promise<void> {
  await replaceJson(runFiles(folder).incidents, { schema: 'qbl.incidents/1', incidents });
}

/** Describes an incident, such as `qbl serve was killed (SIGKILL) 3.2 s after the start`. */
export function incidentText({ part, direct, kind, code, signal, afterMs }: Incident): string {
  const whose = direct ? ' of the run without a queue' : '';
  const when = afterMs === null ? 'before the start' : `${(afterMs / 1000).toFixed(1)} s after the start`;
  return `qbl ${part}${whose} ${howText(kind, code, signal)} ${when}`;
}

function howText(kind: Incident['kind'], code: number | null, signal: string | null): string {
  if (kind === 'late') return 'had not ended at the deadline,';
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was killed (${signal})`;
}
