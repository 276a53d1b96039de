import { afterEach, describe, expect, it, vi } from 'vitest';
import { warnOfUnusedPrompts } from '../../../src/cli/commands/check-audit.js';
import type { AuditFile } from '../../../src/review/audit/audit-file.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function readWarning(ids: readonly string[] | undefined): string {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
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
});
