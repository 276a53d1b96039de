import type { JsonValue } from '../../../util/json.js';

/** The languages that can be run. */
export type SandboxLanguage = 'javascript' | 'python' | 'sql';

/** What a program may use before it is stopped. */
export interface SandboxLimits {
  /** From the start of the program to its end, all calls included. SQL's set-up has as much for itself. */
  readonly timeMs: number;
  readonly memoryBytes: number;
  /** Of what is printed and of what the calls return, together. */
  readonly outputBytes: number;
}

/** A function to call with arguments, or an expression to evaluate, once the program has run. */
export type SandboxCall =
  | { readonly function: string; readonly arguments: readonly JsonValue[] }
  | { readonly expression: string };

/** What to run. What is expected of it never enters the sandbox, so that it cannot be forged. */
export type SandboxProgram =
  | {
      readonly language: 'javascript' | 'python';
      readonly code: string;
      readonly calls: readonly SandboxCall[];
      readonly limits: SandboxLimits;
    }
  | {
      readonly language: 'sql';
      /** Makes the tables and fills them. */
      readonly setup: string;
      readonly code: string;
      /** Asked afterwards instead of taking the rows of the last statement of `code`. */
      readonly check: string | undefined;
      readonly limits: SandboxLimits;
    };

/** What became of one call. */
export type SandboxCallResult =
  | { readonly kind: 'returned'; readonly value: JsonValue }
  | { readonly kind: 'threw'; readonly message: string }
  /** Neither: what is called is missing, a promise never settles, the value cannot be written as JSON. */
  | { readonly kind: 'failed'; readonly message: string };

/** What became of a program. */
export type SandboxResult =
  | {
      readonly kind: 'ran';
      /** One for each call, in order; none where the program itself threw. */
      readonly results: readonly SandboxCallResult[];
      /** What the program printed. */
      readonly output: string;
      /** What the program itself threw, while it was loaded. */
      readonly error: string | undefined;
      /**
       * What the program used that other hosts have and the sandbox has not: where it fails, that may be
       * the sandbox's fault.
       */
      readonly lacks?: readonly string[];
    }
  /** The program used more than it may, or ended itself: its own fault. */
  | { readonly kind: 'stopped'; readonly reason: string }
  /** The set-up of an SQL program failed, or took too long, so that the program was not run. */
  | { readonly kind: 'setup_failed'; readonly reason: string }
  /** Nothing was run: no fault of the program. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Runs programs that nobody trusts, each in an instance of its own. */
export interface Sandbox {
  /** Never rejects. */
  run(program: SandboxProgram): Promise<SandboxResult>;
  /** Ends the threads. */
  close(): Promise<void>;
}
