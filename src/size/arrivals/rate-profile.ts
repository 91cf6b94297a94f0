import { formatCount } from '../../count.ts';
import { mistake, parseSpan, parseTime } from '../../plan/span.ts';
import type { RatePiece, RateProfile } from './arrivals.ts';

/**
 * Maximum number of pieces in a profile. A piece is a rate such as `0s..10s: 500/s`. Users write profiles by hand, so
 * few pieces are enough. The computing time grows with the square of this number.
 */
const MAX_PIECES = 1000;
const MAX_PER_SECOND = 1_000_000;
const MAX_BURST = 100_000_000;

/**
 * Reads a profile such as `0s..10s: 500/s, 10s..60s: 20/s`. A piece such as `5s: 1000` is a burst.
 * @throws QblError 'usage' with the invalid piece and the expected form
 */
export function parseRateProfile(text: string): RateProfile {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > MAX_PIECES) throw mistake(`${parts.length} pieces`, `at most ${MAX_PIECES}`);
  return parts.map(parsePiece);
}

function parsePiece(text: string): RatePiece {
  const [when = '', amount, ...rest] = text.split(':').map((part) => part.trim());
  if (amount === undefined || rest.length > 0) {
    throw mistake(text, 'a rate such as 0s..10s: 500/s, or a burst such as 5s: 1000');
  }
  return when.includes('..') ? flow(when, amount) : burst(when, amount);
}

function flow(when: string, amount: string): RatePiece {
  const span = parseSpan(when);
  const [, perSecond = ''] = /^(\d{1,9}(?:\.\d{1,9})?)\/s$/.exec(amount) ?? [];
  if (perSecond === '' || Number(perSecond) > MAX_PER_SECOND) {
    throw mistake(amount, `a rate such as 500/s, at most ${formatCount(MAX_PER_SECOND)}/s`);
  }
  return { ...span, messages: (Number(perSecond) * (span.toMs - span.fromMs)) / 1000 };
}

function burst(when: string, amount: string): RatePiece {
  const atMs = parseTime(when);
  if (!/^\d{1,9}$/.test(amount) || Number(amount) > MAX_BURST) {
    const most = formatCount(MAX_BURST);
    throw mistake(amount, `a number of messages, at most ${most} (a rate needs a span, such as 5s..15s)`);
  }
  return { fromMs: atMs, toMs: atMs, messages: Number(amount) };
}
