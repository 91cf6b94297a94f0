import { expect, test } from 'vitest';
import { Account, type Holder, MemoryBudget } from './memory-budget.ts';

const MIB = 2 ** 20;
const never = new AbortController().signal;

function holder(budget: MemoryBudget, bytes: number, stalledBy: Holder['stalledBy']) {
  const account = new Account(budget);
  account.force(bytes);
  const state = { gaveWay: false };
  const giveWay = () => {
    state.gaveWay = true;
    account.release(bytes);
  };
  budget.add({ heldBytes: bytes, stalledBy, giveWay });
  return { account, state };
}

test('a request that does not fit waits in line until others release memory', async () => {
  const budget = new MemoryBudget(10 * MIB, 8 * MIB);
  const account = new Account(budget);
  expect(account.tryReserve(6 * MIB)).toBe(true);
  expect(account.tryReserve(3 * MIB)).toBe(false);
  const order: number[] = [];
  const first = account.waitFor(3 * MIB, never).then(() => order.push(1));
  const second = account.waitFor(MIB, never).then(() => order.push(2));
  expect(account.tryReserve(MIB)).toBe(false);
  account.release(6 * MIB);
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
  expect([account.heldBytes, budget.usedBytes]).toEqual([4 * MIB, 4 * MIB]);
});

test('large holds leave room for small ones, which need not wait in line', () => {
  const budget = new MemoryBudget(10 * MIB, 8 * MIB);
  const account = new Account(budget);
  expect(account.tryReserve(8 * MIB)).toBe(true);
  void account.waitFor(MIB, never);
  expect(account.tryReserve(1_000)).toBe(true);
});

test('an aborted request waits no longer and delays no other', async () => {
  const budget = new MemoryBudget(10, 10);
  const account = new Account(budget);
  account.force(8);
  const gone = new AbortController();
  const large = account.waitFor(9, gone.signal);
  const small = account.waitFor(3, never);
  account.release(1);
  gone.abort();
  expect(await large).toBe(false);
  account.release(1);
  expect(await small).toBe(true);
  expect(await account.waitFor(1, gone.signal)).toBe(false);
});

test('while requests wait, the connection stalled by its client that holds most is closed', async () => {
  const budget = new MemoryBudget(10 * MIB, 10 * MIB);
  const small = holder(budget, MIB, 'client');
  const large = holder(budget, 4 * MIB, 'client');
  const busy = holder(budget, 5 * MIB, undefined);
  expect(await new Account(budget).waitFor(3 * MIB, never)).toBe(true);
  expect([small, large, busy].map(({ state }) => state.gaveWay)).toEqual([false, true, false]);
});

test('if all connections wait for memory that the others hold, one of them is closed', async () => {
  const budget = new MemoryBudget(10 * MIB, 10 * MIB);
  const one = holder(budget, 4 * MIB, 'memory');
  const other = holder(budget, 5 * MIB, 'memory');
  expect(await new Account(budget).waitFor(4 * MIB, never)).toBe(true);
  expect([one, other].map(({ state }) => state.gaveWay)).toEqual([false, true]);
});
