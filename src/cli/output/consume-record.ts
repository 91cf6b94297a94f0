import type { ServiceResult } from '../../consume/service/service.ts';
import { QblError } from '../../error.ts';
import { printable } from '../../printable.ts';
import {
  readService,
  type ServiceRecord,
  type ServiceSettings,
  writeService,
} from '../../runs/documents/service-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/**
 * Writes into the folder of a run that a service has started. Keeps the records of services that ran earlier in the
 * same run.
 * @param folder the existing folder of the run; null if the service belongs to no run, so that nothing is written
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
  await writeService(folder, record);
  return record;
}

/**
 * Refuses a second consumer group. In Kafka, each consumer group receives every message, and receipts do not name the
 * group. With two groups, each message would look as if it was processed twice. A message that only one group missed
 * would not be noticed.
 */
function mustShareMessages({ run, options }: ServiceRecord, { queue, group }: ServiceSettings): void {
  if (options.group === group || options.queue !== queue || !queue.startsWith('kafka:')) return;
  throw new QblError(
    'usage',
    `--group "${printable(group)}": the run "${run}" already has receipts of the group "${printable(options.group)}". Each group receives every message, so their receipts would look like duplicates.`,
    {
      hint: `Use the same group: --group ${printable(options.group)}. Or write separate receipts: --receipts FILE instead of --run.`,
    },
  );
}

/** Records that the service ended cleanly. */
export async function endService(
  folder: RunFolder | null,
  record: ServiceRecord,
  { counts, ...figures }: ServiceResult,
): Promise<ServiceRecord> {
  const ended = { ...record, end: { at: new Date().toISOString(), ...counts, ...figures } };
  if (folder !== null) await writeService(folder, ended);
  return ended;
}
