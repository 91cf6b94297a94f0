import type { Writable } from 'node:stream';
import { plural } from '../../plural.ts';
import type { Progress, VerifyProgress } from '../../process/messages.ts';
import { formatCount, formatMs } from '../figures.ts';
import { canRewrite, type OutputTarget } from '../text/style.ts';
import { type ProgressLine, progressText } from './bar.ts';
import { type LiveLine, liveLine } from './live-line.ts';
import { PlainLine } from './plain-line.ts';
import { verifyProgressLine } from './verify-progress.ts';

/** Shows the progress of one command. */
export interface ProgressView extends Omit<LiveLine, 'update'> {
  update(state: Progress): void;
  /** Shows the progress of a verification instead of the progress of the command. */
  verifying(state: VerifyProgress): void;
}

/** Shows the progress: as a bar on a terminal, otherwise as a line every few seconds. */
export function progressView(stream: Writable, target: OutputTarget, title: string): ProgressView {
  const line = canRewrite(target) ? liveLine(stream, target) : new PlainLine(stream);
  const show = (progress: ProgressLine) => line.update(progressText(progress, target.columns));
  return {
    verifying: (state) => show(verifyProgressLine(state)),
    update: (state) => show({ title, share: share(state), text: figures(state) }),
    note: (text) => line.note(text),
    end: () => line.end(),
  };
}

/** Returns the finished part of the plan, from 0 to 1. Null if the plan has no end. */
function share({ done, total, totalMs, elapsedMs }: Progress): number | null {
  if (total !== null) return Math.min(1, done / Math.max(1, total));
  return totalMs === null ? null : Math.min(1, elapsedMs / totalMs);
}

function figures(progress: Progress): string {
  const { perSecond, errors, p99Ms } = progress;
  const parts = [doneText(progress)];
  if (perSecond > 0) parts.push(`${formatCount(Math.round(perSecond))}/s`);
  if (errors > 0) parts.push(plural(errors, 'error'));
  if (p99Ms !== null) parts.push(`p99 ${formatMs(p99Ms)} ms`);
  const leftMs = timeLeftMs(progress);
  if (leftMs !== null) parts.push(`${formatCount(Math.ceil(leftMs / 1000))} s left`);
  return parts.join('  ');
}

function doneText(progress: Progress): string {
  const { done, total, elapsedMs } = progress;
  if (total !== null) return `${formatCount(done)}/${formatCount(total)}`;
  const sofar = ` so far, in ${formatCount(Math.floor(elapsedMs / 1000))} s`;
  return `${formatCount(done)}${share(progress) === null ? sofar : ''}`;
}

/** Returns the remaining time. Null if it is not known or 0. */
function timeLeftMs(progress: Progress): number | null {
  const part = share(progress);
  return part === null || part === 0 || part === 1 ? null : (progress.elapsedMs / part) * (1 - part);
}
