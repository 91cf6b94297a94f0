import type { LoneService } from '../../process/lone-service.ts';
import { makeRunFolder, type RunFolder } from '../../runs/run-folder.ts';

/**
 * Creates the folder of the run if it is missing, and makes this process the only service that writes into it.
 * @throws QblError 'usage' while another service of this run is running
 */
export async function loneServiceOf(folder: RunFolder): Promise<LoneService> {
  const { becomeLoneService } = await import('../../process/lone-service.ts');
  await makeRunFolder(folder);
  return becomeLoneService(folder.path);
}
