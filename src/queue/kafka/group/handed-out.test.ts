import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HandedOut } from './handed-out.ts';

describe('HandedOut', () => {
  test('allows commits up to the first unacknowledged message, for any order of acknowledgements', () => {
    const offsets = fc.uniqueArray(fc.nat(200), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(offsets, fc.infiniteStream(fc.nat()), (handedOut, choices) => {
        const subject = new HandedOut(0);
        const open = handedOut.map((offset) => ({ offset, ack: subject.handOut(offset) }));
        while (open.length > 0) {
          expect(subject.position).toBe(open[0]?.offset);
          expect(subject.inFlight).toBe(open.length);
          const [acked] = open.splice((choices.next().value ?? 0) % open.length, 1);
          acked?.ack();
        }
        expect(subject.position).toBe((handedOut.at(-1) ?? 0) + 1);
      }),
    );
  });

  test('counts messages in flight and all later ones as unacknowledged', () => {
    const subject = new HandedOut(5);
    subject.handOut(5);
    const ack = subject.handOut(6);
    ack();
    expect(subject.unacknowledged({ beginning: 0, end: 10 })).toBe(4);
    expect(subject.unacknowledged({ beginning: 0, end: 7 })).toBe(1);
    expect(subject.unacknowledged({ beginning: 9, end: 10 }), 'offsets 7 and 8 were deleted').toBe(2);
  });

  test('skips offsets without a message', () => {
    const subject = new HandedOut(0);
    const ack = subject.handOut(0);
    subject.skipTo(3);
    expect(subject.position).toBe(0);
    ack();
    expect(subject.position).toBe(3);
  });

  test('restarts at the new start of the log', () => {
    const subject = new HandedOut(0);
    const ack = subject.handOut(0);
    subject.restart(50);
    ack();
    expect([subject.position, subject.inFlight]).toEqual([50, 0]);
  });

  test('ignores an acknowledgement for the same offset of the previous log', () => {
    const subject = new HandedOut(0);
    const ackOld = subject.handOut(5);
    subject.restart(0);
    const ackNew = subject.handOut(5);
    ackOld();
    expect([subject.position, subject.inFlight]).toEqual([5, 1]);
    ackNew();
    expect([subject.position, subject.inFlight]).toEqual([6, 0]);
  });
});
