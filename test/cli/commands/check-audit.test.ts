import { afterEach, describe, expect, it, vi } from 'vitest';
import { warnOfOtherPrompts, warnOfUnusedPrompts } from '../../../src/cli/commands/check-audit.js';
import { otherPrompt } from '../../../src/review/audit/left-out-requests.js';
import type { AuditFile } from '../../../src/review/audit/audit-file.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function readWarnings(): string[] {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  return written;
}

function readWarning(ids: readonly string[] | undefined): string {
  const written = readWarnings();
  const drawn = [{ id: 'a' }, { id: 'b' }] as unknown as AuditFile['drawn'];
  warnOfUnusedPrompts(ids && new Map(ids.map((id) => [id, {}])), { drawn });
  return written.join('');
}

describe('the prompts of an audit', () => {
  it('are said not to be used where none is of a drawn request', () => {
    expect(readWarning(['task-1', 'task-2'])).toContain(
      '--prompts is not used: none of its prompts (2) has the id of a drawn request.',
    );
  });

  it.each([[['b', 'task-1']], [undefined]])('are used, or were not given: %j', (ids) => {
    expect(readWarning(ids)).toBe('');
  });

  it('are said not to be the logged ones, with the number of requests and some ids', () => {
    const written = readWarnings();
    const audit = { leftOut: { [otherPrompt]: 4 }, leftOutIds: { [otherPrompt]: ['a', 'b', 'c'] } };
    warnOfOtherPrompts(audit as unknown as AuditFile);
    expect(written.join('')).toContain(`4 requests left out, ${otherPrompt} (a, b, c, ...)`);
  });
});
