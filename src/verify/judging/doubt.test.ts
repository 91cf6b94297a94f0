import { expect, test } from 'vitest';
import type { StartingPoint } from '../../queue/reader.ts';
import { NO_HISTORY, type QueueHistory } from '../history/read-history.ts';
import { Inspection } from '../reading/inspection.ts';
import { doubtsOf } from './doubt.ts';

const READER = {
  start: new Map([[0, 0]]),
  queueId: async () => null,
  drain: async () => ({ complete: true, ends: new Map() }) as const,
  removedSince: async () => null,
  close: async () => {},
};

/**
 * Returns the doubts about a queue that had the id `before` and has the id `now`. The queue has grown since
 * then.
 */
function doubts(before: string, now: string | null) {
  return doubtsAbout({ ...NO_HISTORY, ends: new Map([[0, 5]]), queueIds: new Set([before]) }, now);
}

function doubtsAbout(history: QueueHistory, now: string | null) {
  const inspection = new Inspection(['mine'], () => null, false);
  const from = { kind: 'beginning' } as const;
  return doubtsOf(
    { from, history, inspection, reader: READER },
    { ends: new Map([[0, 9]]), queueId: now },
    [],
  );
}

test('a topic whose id has changed was recreated, even if its log is longer now', async () => {
  expect(await doubts('old', 'new')).toMatchObject([{ kind: 'queue-recreated', prevents: 'always' }]);
  expect(await doubts('old', 'old')).toEqual([]);
  expect(await doubts('old', null)).toMatchObject([{ kind: 'queue-id-unavailable' }]);
});

test('a topic that had another id or a longer log at another URL may have been recreated', async () => {
  const at = (end: number, ...queueIds: string[]) => ({
    ...NO_HISTORY,
    elsewhere: { ends: new Map([[0, end]]), queueIds: new Set(queueIds) },
  });
  const recreated = [{ kind: 'queue-recreated', prevents: 'absence' }];
  expect(await doubtsAbout(at(5, 'old'), 'new')).toMatchObject(recreated);
  expect(await doubtsAbout(at(10), null)).toMatchObject(recreated);
  expect(await doubtsAbout(at(9, 'old'), 'old')).toEqual([]);
  expect(await doubtsAbout(at(9, 'old'), null)).toMatchObject([{ kind: 'queue-id-unavailable' }]);
});

test('a reading that begins after the start of the run is in doubt: it began too late, or its log was cut', async () => {
  const history = { ...NO_HISTORY, starts: new Map([[0, 2]]) };
  const inspection = new Inspection(['mine'], () => null, false);
  const kindsFrom = async (from: StartingPoint, begun: number) => {
    const reader = { ...READER, start: new Map([[0, begun]]) };
    const now = { ends: new Map([[0, 9]]), queueId: null };
    const found = await doubtsOf({ from, history, inspection, reader }, now, []);
    return found.map(({ kind, prevents }) => ({ kind, prevents }));
  };
  const late = [{ kind: 'read-too-late', prevents: 'absence' }];
  expect(await kindsFrom({ kind: 'end' }, 5)).toEqual(late);
  expect(await kindsFrom({ kind: 'time', epochMs: 1 }, 5)).toEqual(late);
  expect(await kindsFrom({ kind: 'positions', positions: new Map([[0, 5]]) }, 5)).toEqual(late);
  const cut = [{ kind: 'removed-by-retention', prevents: 'absence' }];
  expect(await kindsFrom({ kind: 'beginning' }, 5)).toEqual(cut);
  expect(await kindsFrom({ kind: 'beginning' }, 2)).toEqual([]);
  expect(await kindsFrom({ kind: 'end' }, 2)).toEqual([]);
});
