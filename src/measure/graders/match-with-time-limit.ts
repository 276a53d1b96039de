import { createContext, Script, type Context } from 'node:vm';

export type TimedMatch =
  | { readonly kind: 'done'; readonly matches: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

const timeLimitMs = 1000;

let context: Context | undefined;
let script: Script | undefined;

/**
 * Tests a regular expression, and gives up after a second. A catastrophic pattern blocks its thread;
 * V8 interrupts one only inside a `node:vm` script with a timeout. The context is no sandbox, and
 * needs to be none: pattern and text go in as strings, and only the fixed script below is run.
 */
export function matchWithTimeLimit(pattern: string, flags: string, text: string): TimedMatch {
  context ??= createContext(Object.create(null) as Context);
  script ??= new Script('new RegExp(pattern, flags).test(text)');
  Object.assign(context, { pattern, flags, text });
  try {
    const matches: unknown = script.runInContext(context, { timeout: timeLimitMs });
    return { kind: 'done', matches: matches === true };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return { kind: 'failed', reason: `the pattern took longer than ${timeLimitMs} ms` };
    }
    return { kind: 'failed', reason: `the pattern could not be run: ${String(cause)}` };
  } finally {
    context['text'] = '';
  }
}
