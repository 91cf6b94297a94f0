import { describe, expect, it } from 'vitest';
import type { Delivery, Timestamp } from '../../queue/reader.ts';
import { EndToEndLatency } from './latency.ts';

const SENT_AT = 1_700_000_000_000.75;

/**
 * Returns a delivery with a queue timestamp of 5 ms after the send. The reader received it 20 ms after the
 * send.
 */
const delivery = (source: Timestamp['source'] = 'LogAppendTime', atMs = SENT_AT + 5): Delivery => ({
  partition: 0,
  offset: 0,
  value: null,
  receivedAtMs: SENT_AT + 20,
  redelivered: false,
  timestamp: { source, atMs },
});

describe('EndToEndLatency', () => {
  it('measures to the arrival at a live reader', () => {
    const latency = new EndToEndLatency();
    latency.record(delivery(), SENT_AT, true);
    expect(latency.source).toBe('received');
    expect(latency.summary().max).toBeCloseTo(20, 1);
  });

  it.each(['LogAppendTime', 'CreateTime'] as const)(
    "measures to the queue's timestamp in a replay: %s",
    (source) => {
      const latency = new EndToEndLatency();
      latency.record(delivery(source, 1_700_000_000_005), SENT_AT, false);
      expect(latency.source).toBe(source);
      // Send time and timestamp are whole milliseconds, so the difference is exact.
      expect(latency.summary().max).toBeCloseTo(5, 1);
    },
  );

  it('reports a mixed source if messages have timestamps of different kinds', () => {
    const latency = new EndToEndLatency();
    for (const source of ['LogAppendTime', 'CreateTime', 'CreateTime', 'LogAppendTime'] as const)
      latency.record(delivery(source), SENT_AT, false);
    expect(latency.source).toBe('mixed');
  });

  it('measures nothing if the queue has no timestamps', () => {
    const latency = new EndToEndLatency();
    latency.record({ ...delivery(), timestamp: null }, SENT_AT, false);
    expect(latency.source).toBeNull();
    expect(latency.summary()).toMatchObject({ count: 0, negative: 0 });
  });

  it('counts arrivals before the send time, and omits them from the histogram', () => {
    const latency = new EndToEndLatency();
    for (const late of [-3, -40, 8, -2])
      latency.record(delivery('CreateTime', 1_700_000_000_000 + late), SENT_AT, false);
    expect(latency.summary()).toMatchObject({ count: 1, negative: 3, mostNegative: -40 });
  });
});
