import { LATENCY, type Mutation, mutationsProvenBy } from './mutation.ts';

const latency = mutationsProvenBy(LATENCY, 'src/verify/reading/latency.ts');
const arrival = mutationsProvenBy(LATENCY, 'src/verify/reading/arrival-times.ts');
const signed = mutationsProvenBy(LATENCY, 'src/verify/reading/signed-latency.ts');

/** Mutations of the rules about latency. */
export const latencies: readonly Mutation[] = [
  arrival('a reader that was there received it', "live ? 'received' : ", ''),
  arrival(
    'a replay does not know when it was received',
    "live ? 'received' : timestamp?.source",
    "'received'",
  ),
  arrival('stamps that differ in kind are mixed', ": 'mixed'", ': source'),
  signed('a negative latency is left out of the histogram', 'latencyMs >= 0', 'true'),
  signed('a negative latency is counted', 'this.#negative++', 'void 0'),
  signed(
    'the most negative latency is shown',
    'Math.min(this.#mostNegativeMs, latencyMs)',
    'Math.max(this.#mostNegativeMs, latencyMs)',
  ),
  latency('whole milliseconds are held against whole milliseconds', 'Math.floor(sentAtMs)', 'sentAtMs'),
  arrival('arrival is when the reader received it', 'live ? receivedAtMs :', 'false ? 0 :'),
];
