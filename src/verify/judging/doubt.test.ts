import { expect, test } from 'vitest';
import { Inspection } from '../reading/inspection.ts';
import { doubtsOf } from './doubt.ts';

const READER = {
  start: new Map([[0, 0]]),
  queueId: async () => null,
  drain: async () => ({ complete: true, ends: new Map() }) as const,
  removedSince: async () => null,
  close: async () => {},
};

/** The doubts about a queue that had this id before, and has the other one now. It has grown since then. */
function doubts(before: string, now: string | null) {
  const history = {
    starts: null,
    ends: new Map([[0, 5]]),
    queueIds: new Set([before]),
    recreated: null,
    taken: 0,
  };
  const inspection = new Inspection(['mine'], () => null, false);
  const from = { kind: 'beginning' } as const;
  return doubtsOf(
    { from, history, inspection, reader: READER },
    { ends: new Map([[0, 9]]), queueId: now },
    [],
  );
}

test('a topic with another id than before was recreated, however long it is', async () => {
  expect(await doubts('old', 'new')).toMatchObject([{ kind: 'queue-recreated', prevents: 'always' }]);
  expect(await doubts('old', 'old')).toEqual([]);
  expect(await doubts('old', null)).toMatchObject([{ kind: 'queue-id-unavailable' }]);
});
