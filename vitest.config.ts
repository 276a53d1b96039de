import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/set-up-properties.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Files share what they import, which takes a third of the time off; none keeps state in a module.
    isolate: false,
    // Some tests wait for processes, sockets and time limits: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
  },
});
