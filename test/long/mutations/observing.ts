import { type Mutation, mutationsOf, mutationsProvenBy, type Proof, VERDICT } from './mutation.ts';

const COUNTS: Proof = { file: 'src/verify/observing/queue-measurements.test.ts' };
const queue = mutationsProvenBy(COUNTS, 'src/verify/observing/queue-measurements.ts');
const notAcknowledged = mutationsProvenBy(COUNTS, 'src/verify/observing/not-acknowledged.ts');
const verdict = mutationsOf('src/verify/judging/verdict.ts');

/** Mutations of the rules about what an observed service proves. */
export const observing: readonly Mutation[] = [
  verdict(
    'if it is not proven that a service took every message, the verdict is unknown',
    'for (const { kind, text } of evidence.unprovenServices) yield gap(kind, text);',
    '',
    VERDICT,
  ),
  queue('an empty queue without a consumer proves nothing', 'ready === 0 && consumers !== 0', 'ready === 0'),
  queue(
    'a message that is not acknowledged is not finished',
    'isEmpty && unacknowledgedOf(answer.counts) === 0',
    'isEmpty',
  ),
  queue(
    'unknown counts do not count as zero',
    'unacknowledgedOf(answer.counts) === 0',
    '(unacknowledgedOf(answer.counts) ?? 0) === 0',
  ),
  queue('counts that may be old prove nothing', '>= ageMs', '>= 0'),
  queue('an empty queue says nothing about a later arrival', 'this.#emptySince = null;', ''),
  queue('acknowledged messages say nothing about a later arrival', 'this.#clearSince = null;', ''),
  queue(
    'messages that return to the queue do not count as taken',
    'this.#taken = this.#messages - backlog',
    'this.#taken = Math.max(this.#taken, this.#messages - backlog)',
  ),
  queue('a rate is measured only while messages wait', 'left - this.#left < before.ready', 'true'),
  notAcknowledged(
    'an empty queue is not an acknowledgement',
    'if (isAcknowledged)',
    'if (last?.ready === 0)',
  ),
];
