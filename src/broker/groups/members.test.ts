import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Allowance } from '../allowance.ts';
import { ERRORS } from '../wire/errors.ts';
import { Group } from './group.ts';
import { chooseProtocol, type Protocol } from './member.ts';

interface Subscriber {
  readonly protocols: readonly Protocol[];
}

const CLIENT = { clientId: 'c', clientHost: '/127.0.0.1' };

function joinRequest(names: readonly string[], metadataBytes = 10, memberId = '') {
  return {
    groupId: 'g',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: names.map((name) => ({ name, metadata: Buffer.alloc(metadataBytes) })),
  };
}

test('the memory of groups is released when their members leave', async () => {
  const allowance = new Allowance(10_000);
  const group = new Group('g', allowance, () => {});
  const { memberId } = await group.join(joinRequest(['range']), CLIENT, 3);
  const expected = await group.join(joinRequest(['range']), CLIENT, 5);
  expect(expected.errorCode).toBe(ERRORS.MEMBER_ID_REQUIRED);
  expect(allowance.used).toBeGreaterThan(2_048);
  expect(group.leave(expected.memberId)).toBe(ERRORS.NONE);
  expect(group.leave(memberId)).toBe(ERRORS.NONE);
  expect(allowance.used).toBe(0);
});

test('a member is refused if all groups together have no memory left', async () => {
  const allowance = new Allowance(10_000);
  const first = new Group('g', allowance, () => {});
  const other = new Group('h', allowance, () => {});
  expect((await first.join(joinRequest(['range'], 7_000), CLIENT, 3)).errorCode).toBe(ERRORS.NONE);
  expect((await other.join(joinRequest(['range'], 7_000), CLIENT, 3)).errorCode).toBe(
    ERRORS.GROUP_MAX_SIZE_REACHED,
  );
  first.close();
  expect((await other.join(joinRequest(['range'], 7_000), CLIENT, 3)).errorCode).toBe(ERRORS.NONE);
  other.close();
  expect(allowance.used).toBe(0);
});

test('a member with more protocols than any real client is refused', async () => {
  const group = new Group('g', new Allowance(1_000_000), () => {});
  const names = Array.from({ length: 101 }, (_, index) => `p${index}`);
  expect((await group.join(joinRequest(names), CLIENT, 3)).errorCode).toBe(ERRORS.INVALID_REQUEST);
});

test('the chosen protocol is the one that most members prefer among those that all support', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const member = fc.uniqueArray(name, { minLength: 1 }).map((names) => {
    return { protocols: names.map((each) => ({ name: each, metadata: Buffer.alloc(0) })) };
  });
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 6 }), (members) => {
      const knows = ({ protocols }: Subscriber, wanted: string) =>
        protocols.some((each) => each.name === wanted);
      const common = ['a', 'b', 'c', 'd'].filter((each) => members.every((one) => knows(one, each)));
      const favourite = ({ protocols }: Subscriber) =>
        protocols.find((each) => common.includes(each.name))?.name;
      const votes = (wanted: string | undefined) => members.filter((one) => favourite(one) === wanted).length;
      const chosen = chooseProtocol(members);
      expect(chosen === undefined).toBe(common.length === 0);
      if (chosen !== undefined) expect(votes(chosen)).toBe(Math.max(...common.map(votes)));
    }),
  );
});
