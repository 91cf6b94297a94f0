import { replacePrivate } from '../../private-file.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { pageAssets } from './assets.ts';
import { collectReport, type Overlay } from './collect/collect.ts';
import { reportDocument } from './document.ts';

/**
 * Writes report.html into the run's folder and replaces an older report. Returns its path.
 * @throws QblError 'usage' if the run cannot be read, 'environment' if the file cannot be written
 */
export async function writeReport(folder: RunFolder, overlay?: Overlay): Promise<string> {
  const [data, assets] = await Promise.all([collectReport(folder, { overlay }), pageAssets()]);
  const { report } = runFiles(folder);
  await replacePrivate(report, reportDocument(data, assets));
  return report;
}
