import { createThread, type ThreadResult } from '../../../util/thread.js';
import type { SandboxLanguage, SandboxProgram, SandboxResult } from './sandbox.js';

/** A thread that runs programs of one language, one after the other. */
export interface SandboxThread {
  readonly language: SandboxLanguage;
  /** False once the thread had to be ended, or has run so many programs that it is tired. */
  readonly isUsable: boolean;
  /** False as long as its interpreter was not loaded, or could not be. */
  readonly hasLoaded: boolean;
  /** Never rejects. */
  run(program: SandboxProgram): Promise<SandboxResult>;
  close(): Promise<void>;
}

const modules = {
  javascript: new URL('./javascript-worker.js', import.meta.url),
  python: new URL('./python-worker.js', import.meta.url),
  sql: new URL('./sql-worker.js', import.meta.url),
} as const;

/** What a program's own interpreter gets to notice that time is up, before its thread is ended. */
const graceMs = 300;
/** The memory of old instances is given back late; a new thread begins without any. */
const maxPrograms = 200;
/** Of the thread outside of WebAssembly: an interpreter's files and results are there. */
const heapMegabytes = 256;
/**
 * Of the thread outside of WebAssembly, too. QuickJS needs more than twice its own stack of it; that of
 * Python is limited by it. See `stackBytes` of each worker.
 */
const stackMegabytes = { javascript: 16, python: 4, sql: 4 } as const;

/** Creates a thread. Its interpreter is loaded when the first program comes. */
export function createSandboxThread(language: SandboxLanguage): SandboxThread {
  const thread = createThread<SandboxProgram, SandboxResult>({
    module: modules[language],
    name: `the interpreter of ${language}`,
    resourceLimits: {
      maxOldGenerationSizeMb: heapMegabytes,
      stackSizeMb: stackMegabytes[language],
    },
  });
  let programs = 0;
  return {
    language,
    get isUsable() {
      return thread.isUsable && programs < maxPrograms;
    },
    get hasLoaded() {
      return thread.hasLoaded;
    },
    async run(program) {
      programs++;
      const { timeMs } = program.limits;
      const setupMs = program.language === 'sql' ? timeMs : 0;
      return toSandboxResult(await thread.ask(program, setupMs + timeMs + graceMs), timeMs);
    },
    close: () => thread.close(),
  };
}

/** What became of a program, given what became of its thread. Only what it used is its own fault. */
export function toSandboxResult(
  result: ThreadResult<SandboxResult>,
  timeMs: number,
): SandboxResult {
  switch (result.kind) {
    case 'reply':
      return result.reply;
    case 'unavailable':
      return result;
    case 'timed_out':
      return { kind: 'stopped', reason: `the program took longer than ${timeMs} ms` };
    case 'ended':
      return result.isOutOfMemory
        ? { kind: 'stopped', reason: 'the program used more memory than it may' }
        : { kind: 'unavailable', reason: `the sandbox failed: ${result.reason}` };
  }
}
