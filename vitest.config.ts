import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { isLongRun, scaleTime } from './test/support/test-run.js';

/**
 * The files of `npm run test:long`: those that it alone runs, as they simulate much or wait for many
 * processes, and those of which it runs a longer form.
 */
function listLongFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => join('test', name))
    .filter(
      (file) =>
        file.endsWith('.long.test.ts') ||
        (file.endsWith('.test.ts') && /\bisLongRun\b/.test(readFileSync(file, 'utf8'))),
    );
}

const limitMs = scaleTime(isLongRun ? 30 * 60_000 : 5 * 60_000);

export default defineConfig({
  test: {
    include: isLongRun ? listLongFiles() : ['test/**/!(*.long).test.ts'],
    setupFiles: ['test/support/set-up-properties.ts'],
    // Against tests that hang. No test ends near its limit, also on a slow and busy machine.
    testTimeout: limitMs,
    hookTimeout: limitMs,
    teardownTimeout: limitMs,
    pool: 'forks',
    // Many short-lived arrays are made, and there is one worker a core: a sixth of the processor time.
    execArgv: ['--max-semi-space-size=32', '--single-threaded-gc'],
    // Files share what they import, which takes a third of the time off; none keeps state in a module.
    isolate: false,
    // Some tests wait for processes, sockets and time limits: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
  },
});
