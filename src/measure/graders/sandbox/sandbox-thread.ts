import { startWorker } from '../../../util/start-worker.js';
import type { SandboxLanguage, SandboxProgram, SandboxResult } from './sandbox.js';
import type { SandboxMessage } from './serve-programs.js';

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

const workers = {
  javascript: new URL('./javascript-worker.js', import.meta.url),
  python: new URL('./python-worker.js', import.meta.url),
  sql: new URL('./sql-worker.js', import.meta.url),
} as const;

/** How long a thread may take to load its interpreter. */
const loadTimeMs = 60_000;
/** What a program's own interpreter gets to notice that time is up, before its thread is ended. */
const graceMs = 300;
/** The memory of old instances is given back late; a new thread begins without any. */
const maxPrograms = 200;
/** Of the thread outside of WebAssembly: an interpreter's files and results are there. */
const heapMegabytes = 256;

/**
 * Creates a thread, without the process's environment, arguments and streams. Its interpreter is
 * loaded when the first program comes; that is not counted as the program's time.
 */
export function createSandboxThread(language: SandboxLanguage): SandboxThread {
  const worker = startWorker(workers[language], {
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    // Kept from ours, and never read: that would keep the process from ending.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, stackSizeMb: 4 },
  });
  worker.unref();
  let isUsable = true;
  let hasLoaded = false;
  let programs = 0;
  let failure: string | undefined;
  let report: ((message: SandboxMessage | 'ended') => void) | undefined;
  let early: SandboxMessage | 'ended' | undefined;
  const tell = (message: SandboxMessage | 'ended'): void => {
    if (message === 'ended') isUsable = false;
    if (report === undefined) early = message;
    else report(message);
  };
  worker.on('message', tell);
  worker.on('error', (error) => {
    failure ??= error.message;
    tell('ended');
  });
  worker.on('exit', () => tell('ended'));

  /** The next thing the thread says, or undefined where it says nothing in time. */
  function listen(timeMs: number): Promise<SandboxMessage | 'ended' | undefined> {
    return new Promise((resolve) => {
      const settle = (message: SandboxMessage | 'ended' | undefined): void => {
        clearTimeout(timer);
        report = undefined;
        early = undefined;
        resolve(message);
      };
      const timer = setTimeout(() => settle(undefined), timeMs);
      report = settle;
      if (early !== undefined) settle(early);
    });
  }

  async function end(): Promise<void> {
    isUsable = false;
    await worker.terminate();
  }

  async function load(): Promise<string | undefined> {
    const message = await listen(loadTimeMs);
    if (typeof message === 'object' && message.kind === 'loaded') return undefined;
    await end();
    if (typeof message === 'object' && message.kind === 'unavailable') return message.reason;
    const why = failure ?? `it took longer than ${loadTimeMs} ms`;
    return `the interpreter of ${language} could not be loaded: ${why}`;
  }

  return {
    language,
    get isUsable() {
      return isUsable && programs < maxPrograms;
    },
    get hasLoaded() {
      return hasLoaded;
    },
    async run(program) {
      worker.ref();
      try {
        const reason = programs === 0 ? await load() : undefined;
        if (reason !== undefined) return { kind: 'unavailable', reason };
        hasLoaded = true;
        programs++;
        worker.postMessage(program);
        const message = await listen(program.limits.timeMs + graceMs);
        if (typeof message === 'object' && message.kind === 'result') return message.result;
        await end();
        if (message === undefined) {
          const took = `the program took longer than ${program.limits.timeMs} ms`;
          return { kind: 'stopped', reason: took };
        }
        return { kind: 'stopped', reason: 'the program used more memory than it may' };
      } finally {
        worker.unref();
      }
    },
    close: end,
  };
}
