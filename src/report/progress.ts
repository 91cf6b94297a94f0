import type { Writable } from 'node:stream';
import type { Progress, VerifyProgress } from '../process/messages.ts';
import { barText } from './bar.ts';
import { formatCount, formatMs } from './figures.ts';
import { type LiveLine, liveLine } from './live-line.ts';
import { PlainLine } from './plain-line.ts';
import { canRewrite, type Target } from './style.ts';
import { verifyProgressText } from './verify-progress.ts';

/** A view of the progress of one command. */
export interface ProgressView extends Omit<LiveLine, 'update'> {
  update(state: Progress): void;
  /** Shows a phase of the verification in its place. */
  verifying(state: VerifyProgress): void;
}

/** A bar on a terminal; elsewhere a line now and then. */
export function progressView(stream: Writable, target: Target, title: string): ProgressView {
  const line = canRewrite(target) ? liveLine(stream, target) : new PlainLine(stream);
  return {
    verifying: (state) => line.update(verifyProgressText(state)),
    update: (state) => line.update(`${title} ${bar(state)} ${figures(state)}`),
    note: (text) => line.note(text),
    end: () => line.end(),
  };
}

function bar({ done, total }: Progress): string {
  return barText(done, total ?? Math.max(done, 1));
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
