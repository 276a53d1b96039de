import { describe, expect, it } from 'vitest';
import { toSandboxResult } from '../../../../src/measure/graders/sandbox/sandbox-thread.js';

describe('a thread of the sandbox that ends while it runs a program', () => {
  it('is the fault of the program where it had no memory left', () => {
    const ended = { kind: 'ended', isOutOfMemory: true, reason: 'heap' } as const;
    expect(toSandboxResult(ended, 100)).toEqual({
      kind: 'stopped',
      reason: 'the program used more memory than it may',
    });
  });

  it.each(['the thread ended itself', 'could not deserialize the message'])(
    'leaves the program to be run again where %s',
    (reason) => {
      const ended = { kind: 'ended', isOutOfMemory: false, reason } as const;
      expect(toSandboxResult(ended, 100)).toEqual({
        kind: 'unavailable',
        reason: `the sandbox failed: ${reason}`,
      });
    },
  );
});
