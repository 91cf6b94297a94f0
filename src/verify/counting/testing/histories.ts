import fc from 'fast-check';
import type { Identity } from '../../../message/identity.ts';
import type { OwnReading } from '../../../message/reading/read.ts';
import type { Place } from '../../../queue/message.ts';
import { RECEIPT_OUTCOMES } from '../../../runs/rows/receipts-csv.ts';
import type { ReceiptFacts } from '../../../runs/rows/receipts-reader.ts';
import type { Outcome } from '../../../samples/outcome.ts';
import type { RowWindow } from '../../row-window.ts';
import type { RunScope } from '../count-entry.ts';
import { Tally } from '../tally.ts';

export const RUN = 'r';

export interface History {
  readonly samples: readonly { identity: Identity; outcome: Outcome }[];
  readonly deliveries: readonly { reading: OwnReading; place: Place }[];
  readonly receipts: readonly Served[];
  /** Whether messages that are known only from receipts count as arrived. */
  readonly addsUnknown: boolean;
  readonly ended: boolean;
  /** Number of requests in each thread group. */
  readonly requests: number;
}

export type Served = ReceiptFacts & { readonly identity: Identity };

/**
 * Most identities have the same numbers, so that many messages have the same identity or thread. Some identities are
 * outside the plan, which has 3 threads with 70 loops. 70 loops need more than one block of slots.
 */
const mostly = (usual: number, max: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.integer({ min: 1, max }));

const identities = fc.record({
  run: fc.constant(RUN),
  group: mostly(1, 2),
  thread: mostly(1, 4),
  loop: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 63, max: 72 })),
  request: fc.integer({ min: 1, max: 2 }),
});

export const key = ({ group, thread, loop, request }: Omit<Identity, 'run'>) =>
  `${group}-${thread}-${loop}-${request}`;

/** The period of every row, which lasts from 0 to 10 ms. */
export const WINDOW: RowWindow = { fromMs: -1_000, toMs: 20 };
export const EARLIER = -5_000;
export const LATER = 90_000;

export const isPlanned = ({ thread, loop }: Omit<Identity, 'run'>) => thread <= 3 && loop <= 70;

export const scope = (ended: boolean): RunScope => ({
  ended,
  isPlanned,
  period: { fromMs: -2_000, toMs: 1_000 },
  isOfRun: (_, sentAtMs) => sentAtMs >= -2_000 && sentAtMs <= 1_000,
});

const readings: fc.Arbitrary<OwnReading> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      condition: fc.constantFrom(
        'intact' as const,
        'intact' as const,
        'enriched' as const,
        'corrupt' as const,
      ),
      run: fc.constant(RUN),
      identity: identities,
      sentAtMs: fc.constant(0),
    }),
  },
  fc.constant({ kind: 'corrupt' as const, run: RUN }),
);

export const histories: fc.Arbitrary<History> = fc.record({
  samples: fc.uniqueArray(
    fc.record({
      identity: identities,
      outcome: fc.constantFrom<Outcome>('acked', 'acked', 'acked', 'rejected', 'indeterminate'),
    }),
    { selector: ({ identity }) => key(identity), maxLength: 60, size: 'max' },
  ),
  deliveries: fc
    .array(fc.record({ reading: readings, partition: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 80,
      size: 'max',
    })
    .map((arrived) => {
      const next = [1000, 0, 7];
      return arrived.map(({ reading, partition }) => {
        const offset = next[partition] ?? 0;
        next[partition] = offset + 1;
        return { reading, place: { partition, offset } };
      });
    }),
  receipts: fc.array(
    fc.record({
      identity: identities,
      outcome: fc.constantFrom(...RECEIPT_OUTCOMES),
      condition: fc.constantFrom('intact' as const, 'unproven' as const),
      sentAtMs: fc.constant(null),
    }),
    { maxLength: 60, size: 'max' },
  ),
  addsUnknown: fc.boolean(),
  ended: fc.boolean(),
  requests: fc.constantFrom(1, 2),
});

/**
 * Generates histories of two or three executions. No message is damaged. Any message may have a send time that does not
 * fit its row.
 */
export const mixedHistories: fc.Arbitrary<History> = fc
  .tuple(histories, fc.array(fc.constantFrom(0, 0, 0, 7, EARLIER, LATER), { minLength: 80, maxLength: 80 }))
  .map(([history, times]) => ({
    ...history,
    receipts: [],
    deliveries: history.deliveries.flatMap(({ reading, place }, i) =>
      reading.kind === 'message'
        ? [{ place, reading: { ...reading, condition: 'intact' as const, sentAtMs: times[i] ?? 0 } }]
        : [],
    ),
  }));

export function tallied(history: History, samplesFirst: boolean) {
  const { samples, deliveries, receipts, addsUnknown, ended, requests } = history;
  const tally = new Tally(RUN, () => requests);
  const addSamples = () => {
    for (const { identity, outcome } of samples) tally.addSample(identity, outcome, WINDOW);
  };
  if (samplesFirst) addSamples();
  for (const { reading, place } of deliveries) tally.addReading(reading, place);
  if (!samplesFirst) addSamples();
  for (const receipt of receipts) tally.addReceipt(receipt.identity, receipt, addsUnknown);
  const { missing, receipts: added } = tally;
  const { unproven: unprovenReceipts, redelivered: redeliveredReceipts } = added;
  return { ...tally.conclude(scope(ended)), missing, unprovenReceipts, redeliveredReceipts };
}
