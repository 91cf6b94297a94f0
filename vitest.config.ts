import { defineConfig } from 'vitest/config';

/**
 * A test waits at most this long for an event. A busy machine may be slow, so the time only decides when a
 * failure is reported.
 */
const expect = { poll: { timeout: 20_000 } };

/**
 * If one command runs several kinds of tests, the kinds run one after the other. Each kind has its own number of
 * workers.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect,
          include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'test/long/mutations/*.test.ts'],
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
          // Each end-to-end test starts processes, and mostly waits for them. So more tests than cores can
          // run at the same time.
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
          // The first start downloads the services, which takes long.
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
          // A beforeAll hook of these tests installs Chromium if it is missing and the user may install it.
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
