import { expect, test, vi } from 'vitest';
import { epochNow } from './epoch-now.ts';

test('follows the clock of the system forward, as after a suspended machine, and never decreases', () => {
  const hourMs = 3_600_000;
  const now = Date.now.bind(Date);
  const before = epochNow();
  const system = vi.spyOn(Date, 'now').mockImplementation(() => now() + hourMs);
  const after = epochNow();
  expect(after).toBeGreaterThanOrEqual(before + hourMs - 1_000);
  system.mockRestore();
  expect(epochNow()).toBeGreaterThanOrEqual(after);
});
