import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { VerifyProgress } from '../../process/messages.ts';
import { formatCount } from '../figures.ts';
import { barText } from './bar.ts';

const WAITING = {
  sender: 'waiting for the sender to end',
  service: 'waiting for the service to process the rest',
  'observed-service': 'waiting for your service to take the rest',
  hops: 'waiting for messages that are in no hop',
};

/** Writes the phase of a verification on one line. If the length of the phase is known, the line has a bar. */
export function verifyProgressText(progress: VerifyProgress): string {
  switch (progress.phase) {
    case 'waiting':
      return WAITING[progress.waitsFor];
    case 'reading':
      return readingText(progress);
    case 'settling':
      return settlingText(progress);
  }
}

function readingText({ done, total, obstacle }: VerifyProgress & { phase: 'reading' }): string {
  const held = obstacle === null ? '' : `  ${printable(obstacle)}`;
  if (total === null) return `reading the queue  ${formatCount(done)}${held}`;
  return `reading the queue ${barText(done, total)} ${formatCount(done)}/${formatCount(total)}${held}`;
}

function settlingText({ missing, leftMs, settleMs }: VerifyProgress & { phase: 'settling' }): string {
  const what =
    missing === 0
      ? 'nothing missing, waiting for late messages'
      : `${plural(missing, 'acknowledged message')} missing`;
  const left = `${Math.ceil(leftMs / 1_000)} s left`;
  return `settling ${barText(settleMs - leftMs, settleMs)} ${what}  ${left}`;
}
