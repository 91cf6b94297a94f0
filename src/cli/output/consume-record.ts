import type { ServiceResult } from '../../consume/service/service.ts';
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
 */
export async function beginService(
  folder: RunFolder | null,
  options: ServiceSettings,
): Promise<ServiceRecord> {
  const before = folder === null ? null : await readService(folder);
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
