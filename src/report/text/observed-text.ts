import type { ObservedService } from '../../runs/documents/observed-service-json.ts';
import { observedFacts } from '../html/collect/observed.ts';
import type { Style } from './style.ts';
import { alignedTable } from './table.ts';

/** Returns what was observed of the user's own service, as one fact on each line. */
export function observedText(record: ObservedService, originMs: number, style: Style): string {
  const rows = observedFacts(record, originMs).map(({ name, value }) => ['', name, value]);
  return `${style.bold('Your service, observed')}\n${alignedTable(rows, ['left', 'left', 'left'])}`;
}
