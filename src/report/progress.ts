import type { Writable } from 'node:stream';
import { Presets } from 'cli-progress';
import type { Progress } from '../process/messages.ts';
import { formatCount, formatMs } from './figures.ts';
import { type LiveLine, liveLine } from './live-line.ts';
import type { Target } from './style.ts';

/** A view of the progress of one command. */
export interface ProgressView extends Omit<LiveLine, 'update'> {
  update(state: Progress): void;
}

/** A bar on a terminal; elsewhere nothing but the notes. */
export function progressView(stream: Writable, target: Target, title: string): ProgressView {
  const line = liveLine(stream, target);
  return {
    update: (state) => line.update(`${title} ${bar(state)} ${figures(state)}`),
    note: (text) => line.note(text),
    end: () => line.end(),
  };
}

const BAR_COLUMNS = 20;

function bar({ done, total }: Progress): string {
  const { barCompleteChar, barIncompleteChar } = Presets.shades_classic;
  const complete = Math.round(Math.min(1, done / (total ?? Math.max(done, 1))) * BAR_COLUMNS);
  return barCompleteChar.repeat(complete) + barIncompleteChar.repeat(BAR_COLUMNS - complete);
}

function figures({ done, total, perSecond, errors, p99Ms, elapsedMs }: Progress): string {
  const parts = [total === null ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`];
  if (perSecond > 0) parts.push(`${formatCount(Math.round(perSecond))}/s`);
  if (errors > 0) parts.push(`${formatCount(errors)} errors`);
  if (p99Ms !== null) parts.push(`p99 ${formatMs(p99Ms)} ms`);
  if (total !== null && done > 0 && done < total) {
    parts.push(`${Math.ceil(((total - done) * elapsedMs) / done / 1000)} s left`);
  }
  return parts.join('  ');
}
