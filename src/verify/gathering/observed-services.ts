import { type ObservedService, readObservedService } from '../../runs/documents/observed-service-json.ts';
import type { UnknownReason } from '../../runs/documents/reasons.ts';
import type { RunFolder } from '../../runs/run-folder.ts';

/** Why it is not proven that an observed service took every message. */
export interface UnprovenService {
  readonly kind: UnknownReason & ('not-committed' | 'not-acknowledged');
  readonly text: string;
}

/** Returns what the observations of the runs did not prove. Empty if no service was observed. */
export async function unprovenServices(folders: readonly RunFolder[]): Promise<UnprovenService[]> {
  const unproven: UnprovenService[] = [];
  for (const folder of folders) {
    const observed = await readObservedService(folder);
    if (observed !== null) unproven.push(...unprovenBy(observed));
  }
  return unproven;
}

function unprovenBy(observed: ObservedService): UnprovenService[] {
  const isGroup = observed.observedBy === 'group';
  const kind = isGroup ? 'not-committed' : 'not-acknowledged';
  const what = isGroup ? `group "${observed.group}"` : 'the queue';
  const text = observed.end === null ? `the observation of ${what} did not end` : openText(observed.end);
  return text === null ? [] : [{ kind, text }];
}

function openText(end: NonNullable<ObservedService['end']>): string | null {
  return 'notCommitted' in end ? end.notCommitted : end.notAcknowledged;
}
