import { rm } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { exitText } from '../../exit-text.ts';
import { z } from '../../schema/zod.ts';
import { durationMs } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

/** A process of `qbl run` that ended before its work was done, or did not end in time. */
export const incident = z
  .object({
    /** The command of the process, such as `serve`, `broker` or `blast`. */
    part: z.string(),
    /** Whether the process belonged to the run without a queue, which is sent directly to the service. */
    direct: z.boolean(),
    /** `ended`: the process ended too early. `late`: it had not ended at the run's deadline. */
    kind: z.enum(['ended', 'late']),
    /** The exit code. Null if a signal ended the process, or if the process was late. */
    code: z.number().nullable(),
    /** The signal, such as SIGKILL. Null if no signal ended the process. */
    signal: z.string().nullable(),
    /** Time of the incident, in ISO 8601. */
    at: z.string(),
    /** Time since the sender started. Null if the sender had not started. */
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
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export async function readIncidents(folder: RunFolder): Promise<readonly Incident[]> {
  return (await readJsonIfThere(runFiles(folder).incidents, incidentsRecord))?.incidents ?? [];
}

export async function writeIncidents(folder: RunFolder, incidents: readonly Incident[]): Promise<void> {
  await replaceJson(runFiles(folder).incidents, { schema: 'qbl.incidents/1', incidents });
}

/**
 * Removes incidents.json.
 * @throws QblError 'environment' if the file cannot be removed
 */
export async function removeIncidents(folder: RunFolder): Promise<void> {
  await rm(runFiles(folder).incidents, { force: true }).catch((error: Error) => {
    throw new QblError('environment', `cannot remove the incidents of an earlier run: ${error.message}`);
  });
}

/** Describes an incident, such as `qbl serve was killed (SIGKILL) 3.2 s after the start`. */
export function incidentText({ part, direct, kind, code, signal, afterMs }: Incident): string {
  const whose = direct ? ' of the run without a queue' : '';
  const when = afterMs === null ? 'before the start' : `${(afterMs / 1000).toFixed(1)} s after the start`;
  return `qbl ${part}${whose} ${howText(kind, code, signal)} ${when}`;
}

function howText(kind: Incident['kind'], code: number | null, signal: string | null): string {
  if (kind === 'late') return 'had not ended at the deadline,';
  return exitText(code, signal);
}
