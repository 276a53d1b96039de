import { afterEach, describe, expect, it, vi } from 'vitest';
import { printUnbounded } from '../../../src/cli/print/print-sweep.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('calls that may have cost any amount', () => {
  function printed(calls: number | undefined): string {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    printUnbounded(calls);
    return written.join('').replaceAll(/\s+/g, ' ');
  }

  it('are counted, with what would limit them', () => {
    expect(printed(2)).toContain('2 calls without a known charge may have cost any amount');
    expect(printed(1)).toContain('Set parameters.maxTokens or contextWindow');
  });

  it.each([undefined, 0])('are not mentioned where there are none: %s', (calls) => {
    expect(printed(calls)).toBe('');
  });
});
