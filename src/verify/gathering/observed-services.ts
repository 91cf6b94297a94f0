import { readObservedService } from '../../runs/documents/observed-service-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/** Why an observed group may not have committed every message. Null if it did, or if no group was observed. */
export async function notCommittedIn(folders: readonly RunFolder[]): Promise<string | null> {
  const texts: string[] = [];
  for (const folder of folders) {
    const observed = await readObservedService(folder);
    if (observed === null) continue;
    const { group, end } = observed;
    const text = end === null ? `the observation of group "${group}" did not end` : end.notCommitted;
    if (text !== null) texts.push(text);
  }
  return texts.length === 0 ? null : texts.join('. ');
}
