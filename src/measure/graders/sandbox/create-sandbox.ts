import { availableParallelism } from 'node:os';
import { createSandboxThread, type SandboxThread } from './sandbox-thread.js';
import type { Sandbox, SandboxLanguage, SandboxProgram, SandboxResult } from './sandbox.js';

export interface SandboxSettings {
  /** Programs that run at the same time; minimum 1. @default the machine's cores, at most 4 */
  readonly threads?: number;
}

interface Job {
  readonly program: SandboxProgram;
  readonly resolve: (result: SandboxResult) => void;
}

/**
 * Creates a sandbox. Its threads are started when they are first needed; one whose program did not
 * end in time is ended and replaced, and the others go on.
 */
export function createSandbox(settings: SandboxSettings = {}): Sandbox {
  const most = settings.threads ?? Math.min(4, availableParallelism());
  const idle: SandboxThread[] = [];
  const busy = new Set<SandboxThread>();
  const waiting: Job[] = [];
  const unavailable = new Map<SandboxLanguage, string>();
  let isClosed = false;

  /**
   * An idle thread of the language, else a new one. Idle ones of other languages stay as they are:
   * loading an interpreter takes longer than most programs run.
   */
  function takeThread(language: SandboxLanguage): SandboxThread | undefined {
    if (busy.size >= most) return undefined;
    const index = idle.findIndex((thread) => thread.language === language && thread.isUsable);
    if (index !== -1) return idle.splice(index, 1)[0];
    return createSandboxThread(language);
  }

  async function run({ program, resolve }: Job, thread: SandboxThread): Promise<void> {
    busy.add(thread);
    const result = await thread.run(program);
    busy.delete(thread);
    // An interpreter that cannot be loaded will not be loaded for the next program either.
    if (result.kind === 'unavailable' && !thread.hasLoaded) {
      unavailable.set(program.language, result.reason);
    }
    if (thread.isUsable && !isClosed) idle.push(thread);
    else void thread.close();
    resolve(result);
    startNext();
  }

  function startNext(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const reason = isClosed ? 'the sandbox is closed' : unavailable.get(next.program.language);
      const thread = reason === undefined ? takeThread(next.program.language) : undefined;
      if (reason === undefined && thread === undefined) return;
      waiting.shift();
      if (reason !== undefined) next.resolve({ kind: 'unavailable', reason });
      else void run(next, thread as SandboxThread);
    }
  }

  return {
    run(program) {
      return new Promise((resolve) => {
        waiting.push({ program, resolve });
        startNext();
      });
    },
    async close() {
      isClosed = true;
      await Promise.all([...idle, ...busy].map((thread) => thread.close()));
      idle.length = 0;
      startNext();
    },
  };
}
