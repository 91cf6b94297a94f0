import { defineConfig } from 'vitest/config';

/** What is waited for comes at once, or on a busy machine later: how long decides nothing but when a failure is reported. */
const expect = { poll: { timeout: 20_000 } };

/** Where several kinds of tests run in one go, one follows the other: each has its own number of workers. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect,
          include: ['src/**/*.test.ts', 'test/long/mutations/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          expect,
          sequence: { groupOrder: 1 },
          include: ['test/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each of these tests starts processes of its own, and waits for them most of the time.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'services',
          expect,
          sequence: { groupOrder: 2 },
          include: ['test/services/**/*.test.ts'],
          testTimeout: 450_000,
          // The first start downloads what it needs.
          hookTimeout: 600_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'faults',
          expect,
          sequence: { groupOrder: 3 },
          include: ['test/faults/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          expect,
          include: ['test/browser/*.test.ts'],
          testTimeout: 60_000,
          // Where Chromium is missing and may be installed, it is.
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'long',
          expect,
          sequence: { groupOrder: 4 },
          include: ['test/long/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
