import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 } },
      {
        test: {
          name: 'end-to-end',
          include: ['test/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each of these tests starts several processes of its own; two cores carry one such test at a time.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/services/*.test.ts'],
          testTimeout: 180_000,
          // The first start downloads what it needs.
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/long/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
