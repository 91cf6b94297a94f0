import { describe, expect, it } from 'vitest';
import type { Identity } from '../../message/identity.ts';
import type { Outcome } from '../../samples/outcome.ts';
import { Tally } from './tally.ts';
import { RUN, scope, WINDOW } from './testing/histories.ts';

type Arrival = Partial<Identity> & { readonly outcome?: Outcome; readonly partition?: number };

describe('Tally', () => {
  it.each([
    ['from a later block of loops', [{ loop: 70 }, { loop: 2 }], [2]],
    ['from a later request', [{ request: 2 }, { request: 1 }], [1]],
    [
      'from a later request, with another thread in between',
      [{ request: 2 }, { thread: 2 }, { request: 1 }],
      [1],
    ],
    ['from the latest loop, with another loop in between', [{ loop: 9 }, { loop: 4 }, { loop: 5 }], [4, 5]],
    ['in another partition, which does not count', [{ loop: 9, partition: 1 }, { loop: 3 }], []],
    [
      'in a partition whose number needs more than 16 bits',
      [
        { loop: 9, partition: 70_000 },
        { loop: 3, partition: 70_000 },
      ],
      [3],
    ],
    [
      'in a partition that differs only above 16 bits, which does not count',
      [{ loop: 9, partition: 65_536 }, { loop: 3 }],
      [],
    ],
    [
      'that was not acknowledged, which does not count',
      [{ loop: 9, outcome: 'rejected' as const }, { loop: 3 }],
      [],
    ],
    [
      'in one partition, but not in that of a copy seen later, which does not count',
      [{ loop: 9 }, { loop: 3 }, { loop: 3, partition: 1 }],
      [],
    ],
    [
      'in one partition, but not in that of a copy seen before, which does not count',
      [{ loop: 3, partition: 1 }, { loop: 9 }, { loop: 3 }],
      [],
    ],
    [
      'in each partition that has a copy',
      [{ loop: 9 }, { loop: 3 }, { loop: 9, partition: 1 }, { loop: 3, partition: 1 }],
      [3],
    ],
  ])('finds messages that were delivered after a message %s', (_, arrivals, late) => {
    for (const requests of [1, 2]) expect(outOfOrderLoops(arrivals, requests)).toEqual(late);
  });

  function outOfOrderLoops(arrivals: readonly Arrival[], requests: number) {
    const tally = new Tally(RUN, () => requests);
    for (const [offset, arrival] of arrivals.entries()) {
      const { outcome = 'acked', partition = 0, ...some } = arrival;
      const identity = { run: RUN, group: 1, thread: 1, loop: 1, request: 1, ...some };
      tally.addSample(identity, outcome, WINDOW);
      const intact = { kind: 'message', condition: 'intact', run: RUN, identity, sentAtMs: 0 } as const;
      tally.addReading(intact, { partition, offset });
    }
    const { counts, offenders } = tally.conclude(scope(true));
    expect(counts.outOfOrder).toBe(offenders.outOfOrder.length);
    return offenders.outOfOrder.map(({ identity }) => identity?.loop);
  }
});
