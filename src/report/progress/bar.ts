import { Presets } from 'cli-progress';

const BAR_COLUMNS = 20;

/** Writes a bar of fixed width that shows which part of the total is done. */
export function barText(done: number, total: number): string {
  const { barCompleteChar, barIncompleteChar } = Presets.shades_classic;
  const share = total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));
  const complete = Math.round(share * BAR_COLUMNS);
  return barCompleteChar.repeat(complete) + barIncompleteChar.repeat(BAR_COLUMNS - complete);
}
