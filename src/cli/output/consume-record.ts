import type { ServiceResult } from '../../consume/service/service.ts';
import { QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import {
  readService,
  type ServiceRecord,
  type ServiceSettings,
  writeService,
} from '../../runs/documents/service-json.ts';
import { makeRunFolder, type RunFolder } from '../../runs/run-folder.ts';

/**
 * Begins the record of a service, and notes in its run that it works, after those before.
 * @param folder null: without a run, nothing is written
 * @throws QblError 'usage' when another group of consumers has written receipts into the run
 */
export async function beginService(
  folder: RunFolder | null,
  options: ServiceSettings,
): Promise<ServiceRecord> {
  const before = folder === null ? null : await readService(folder);
  if (before !== null) mustShareMessages(before, options);
  const earlier =
    before === null ? [] : [...before.earlier, { startedAt: before.startedAt, end: before.end }];
  const record: ServiceRecord = {
    schema: 'qbl.service/1',
    run: folder?.id ?? null,
    options,
    startedAt: new Date().toISOString(),
    end: null,
    earlier,
  };
  if (folder === null) return record;
  await makeRunFolder(folder);
  await writeService(folder, record);
  return record;
}

/**
 * Each group of consumers of a log gets every message. Receipts do not name the group, so those of two groups would say
 * that each message was processed twice, or hide what one group left.
 */
function mustShareMessages({ run, options }: ServiceRecord, { queue, group }: ServiceSettings): void {
  if (options.group === group || options.queue !== queue || !queue.startsWith('kafka:')) return;
  throw new QblError(
    'usage',
    `--group "${printable(group)}": the run ${run} has receipts of the group "${printable(options.group)}", and each group gets every message`,
    {
      hint: `Go on as that group: --group ${printable(options.group)}. Or keep receipts apart: --receipts FILE instead of --run.`,
    },
  );
}

/** Notes that the service ended in good order. */
export async function endService(
  folder: RunFolder | null,
  record: ServiceRecord,
  { counts, ...figures }: ServiceResult,
): Promise<ServiceRecord> {
  const ended = { ...record, end: { at: new Date().toISOString(), ...counts, ...figures } };
  if (folder !== null) await writeService(folder, ended);
  return ended;
}
