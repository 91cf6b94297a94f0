import { plural } from '../../plural.ts';
import { printable } from '../../printable.ts';
import type { VerifyProgress } from '../../process/messages.ts';
import { formatCount } from '../figures.ts';
import type { ProgressLine } from './bar.ts';

const WAITING = {
  sender: 'for the sender to end',
  service: 'for the service to process the rest',
  'observed-service': 'for your service to take the rest',
  hops: 'for messages that are in no hop yet',
};

/** Describes the phase of a verification. If the length of the phase is known, the line has a bar. */
export function verifyProgressLine(progress: VerifyProgress): ProgressLine {
  switch (progress.phase) {
    case 'waiting':
      return { title: 'waiting', share: null, text: WAITING[progress.waitsFor] };
    case 'reading':
      return readingLine(progress);
    case 'settling':
      return settlingLine(progress);
  }
}

function readingLine({ done, total, obstacle }: VerifyProgress & { phase: 'reading' }): ProgressLine {
  const count = total === null ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`;
  const held = obstacle === null ? [] : [printable(obstacle)];
  const share = total === null ? null : shareOf(done, total);
  return { title: 'reading the queue', share, text: [count, ...held].join('  ') };
}

function settlingLine({ missing, leftMs, settleMs }: VerifyProgress & { phase: 'settling' }): ProgressLine {
  const what =
    missing === 0
      ? 'nothing missing, waiting for late messages'
      : `${plural(missing, 'acknowledged message')} missing`;
  const left = `${Math.ceil(leftMs / 1_000)} s left`;
  return { title: 'settling', share: shareOf(settleMs - leftMs, settleMs), text: `${what}  ${left}` };
}

function shareOf(done: number, total: number): number {
  return total <= 0 ? 1 : done / total;
}
