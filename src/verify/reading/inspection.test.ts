import { expect, test } from 'vitest';
import { message, plan } from '../../../test/support/history.ts';
import { IN_BODY, type Placement } from '../../message/placement.ts';
import type { Delivery } from '../../queue/reader.ts';
import { Inspection } from './inspection.ts';

const TOMBSTONE: Delivery = {
  partition: 0,
  offset: 0,
  value: null,
  receivedAtMs: 0,
  redelivered: false,
  timestamp: null,
};
const KEYED: Delivery = { ...TOMBSTONE, key: Buffer.from('7') };
const WITH_HEADERS: Delivery = { ...TOMBSTONE, headers: () => [{ name: 'id', value: '7' }] };

function namelessIn(identity: Placement | null, delivery: Delivery): number {
  const known = identity === null ? null : { plan: plan({ identity }), startedAtMs: 0, end: null };
  const inspection = new Inspection(['mine'], () => known, true);
  inspection.add([delivery]);
  return inspection.namelessOf('mine');
}

test('a message without a value may be one of a run with tokens, if it has a key or headers', () => {
  const token: Placement = { kind: 'header', name: 'X-Id' };
  for (const identity of [token, null]) {
    expect(namelessIn(identity, KEYED)).toBe(1);
    expect(namelessIn(identity, WITH_HEADERS)).toBe(1);
    expect(namelessIn(identity, TOMBSTONE)).toBe(0);
  }
  expect(namelessIn(IN_BODY, KEYED)).toBe(0);
});

test('a message that was sent before the run started belongs to another execution', () => {
  const known = { plan: plan(), startedAtMs: 1_700_000_000_000, end: null };
  const inspection = new Inspection(['mine'], () => known, true);
  const sentAt = (sentAtMs: number): Delivery => ({
    ...TOMBSTONE,
    value: Buffer.from(message('mine', 1, sentAtMs)),
    receivedAtMs: known.startedAtMs + 10,
  });
  inspection.add([sentAt(known.startedAtMs - 120_000)]);
  expect([inspection.own, inspection.latency.histogram.totalCount]).toEqual([0, 0]);
  inspection.add([sentAt(known.startedAtMs + 5)]);
  expect([inspection.own, inspection.latency.histogram.totalCount]).toEqual([1, 1]);
});
