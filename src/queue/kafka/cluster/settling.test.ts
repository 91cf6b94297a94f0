import { expect, it } from 'vitest';
import { whenSettled } from './settling.ts';

function brokerError(type: string): Error {
  return Object.assign(new Error('broker error'), { type });
}

it.each(['NOT_CONTROLLER', 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'])(
  'repeats work after %s, and refreshes first',
  async (type) => {
    const calls: string[] = [];
    const work = async () => {
      calls.push('work');
      if (calls.length === 1) throw brokerError(type);
      return 'done';
    };
    const refresh = async () => calls.push('refresh');
    expect(await whenSettled(work, refresh)).toBe('done');
    expect(calls).toEqual(['work', 'refresh', 'work']);
  },
);

it('does not repeat work after a permanent error', async () => {
  let attempts = 0;
  const work = async () => {
    attempts++;
    throw brokerError('TOPIC_AUTHORIZATION_FAILED');
  };
  await expect(whenSettled(work, async () => {})).rejects.toMatchObject({ message: 'broker error' });
  expect(attempts).toBe(1);
});
