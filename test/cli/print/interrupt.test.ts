import { describe, expect, it, vi } from 'vitest';
import { listenForInterrupt } from '../../../src/cli/print/interrupt.js';

describe('an interrupt', () => {
  it('by a closed terminal ends the work once, however often the signal comes', () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const before = process.listenerCount('SIGHUP');
    const interrupt = listenForInterrupt('Finishing.');
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    interrupt.dispose();
    vi.restoreAllMocks();
    expect(interrupt.signal.aborted).toBe(true);
    expect(written).toEqual(['\nFinishing.\n']);
    expect(exit).not.toHaveBeenCalled();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });

  it('is not SIGHUP where that means something else', () => {
    const before = process.listenerCount('SIGHUP');
    const interrupt = listenForInterrupt('Finishing.', { endsOnHangUp: false });
    expect(process.listenerCount('SIGHUP')).toBe(before);
    interrupt.dispose();
  });
});
