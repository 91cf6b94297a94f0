import { describe, expect, it } from 'vitest';
import type { Delivery, Timestamp } from '../../queue/queue.ts';
import { EndToEndLatency } from './latency.ts';

const SENT_AT = 1_700_000_000_000.75;

/** Received 20 ms after the sending, and stamped by the queue. */
const delivery = (source: Timestamp['source'] = 'LogAppendTime', atMs = SENT_AT + 5): Delivery => ({
  partition: 0,
  offset: 0,
  value: null,
  receivedAtMs: SENT_AT + 20,
  redelivered: false,
  timestamp: { source, atMs },
});

describe('the end-to-end latency', () => {
  it('ends with the arrival at a reader that was there', () => {
    const latency = new EndToEndLatency();
    latency.record(delivery(), SENT_AT, true);
    expect(latency.source).toBe('received');
    expect(latency.summary().max).toBeCloseTo(20, 1);
  });

  it.each(['LogAppendTime', 'CreateTime'] as const)(
    'of a replay ends with the queue’s stamp, %s',
    (source) => {
      const latency = new EndToEndLatency();
      latency.record(delivery(source, 1_700_000_000_005), SENT_AT, false);
      expect(latency.source).toBe(source);
      // Both in whole milliseconds.
      expect(latency.summary().max).toBeCloseTo(5, 1);
    },
  );

  it('says so when the stamps differ in kind, whatever comes after', () => {
    const latency = new EndToEndLatency();
    for (const source of ['LogAppendTime', 'CreateTime', 'CreateTime', 'LogAppendTime'] as const)
      latency.record(delivery(source), SENT_AT, false);
    expect(latency.source).toBe('mixed');
  });

  it('is nothing where the queue has no stamps', () => {
    const latency = new EndToEndLatency();
    latency.record({ ...delivery(), timestamp: null }, SENT_AT, false);
    expect(latency.source).toBeNull();
    expect(latency.summary()).toMatchObject({ count: 0, negative: 0 });
  });

  it('counts and shows arrivals before the sending, and keeps them out of the histogram', () => {
    const latency = new EndToEndLatency();
    for (const late of [-3, -40, 8, -2])
      latency.record(delivery('CreateTime', 1_700_000_000_000 + late), SENT_AT, false);
    expect(latency.summary()).toMatchObject({ count: 1, negative: 3, mostNegative: -40 });
  });
});
