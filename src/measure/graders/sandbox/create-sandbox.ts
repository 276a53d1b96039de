import { availableParallelism } from 'node:os';
import { createThreadPool } from '../../../util/thread-pool.js';
import { createSandboxThread, type SandboxThread } from './sandbox-thread.js';
import type { Sandbox, SandboxLanguage, SandboxProgram, SandboxResult } from './sandbox.js';

/** How many programs a sandbox runs at once. */
export interface SandboxSettings {
  /** Programs that run at the same time; minimum 1. @default the machine's cores, at most 4 */
  readonly threads?: number;
}

/**
 * Creates a sandbox. Its threads are started when they are first needed; one whose program did not
 * end in time is ended and replaced, and the others go on.
 */
export function createSandbox(settings: SandboxSettings = {}): Sandbox {
  const pool = createThreadPool<SandboxThread>(
    settings.threads ?? Math.min(4, availableParallelism()),
  );
  const unavailable = new Map<SandboxLanguage, string>();

  async function run(program: SandboxProgram, thread: SandboxThread): Promise<SandboxResult> {
    const reason = unavailable.get(program.language);
    if (reason !== undefined) return { kind: 'unavailable', reason };
    const result = await thread.run(program);
    // An interpreter that cannot be loaded will not be loaded for the next program either.
    if (result.kind === 'unavailable' && !thread.hasLoaded) {
      unavailable.set(program.language, result.reason);
    }
    return result;
  }

  return {
    async run(program) {
      const { language } = program;
      // Idle threads of other languages stay: loading an interpreter takes longer than most programs.
      const choice = {
        fits: (thread: SandboxThread) => thread.language === language,
        open: () => createSandboxThread(language),
      };
      const result = await pool.use(choice, (thread) => run(program, thread));
      return result ?? { kind: 'unavailable', reason: 'the sandbox is closed' };
    },
    close: () => pool.close(),
  };
}
