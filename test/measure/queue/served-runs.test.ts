import { describe, expect, it } from 'vitest';
import { RefusedTools } from '../../../src/measure/queue/served-runs.js';
import { RoutesmithError } from '../../../src/util/errors.js';

describe('a run whose tools a worker could not open', () => {
  const tools = { allowCode: true, judge: null, ambiguous: null };
  const refuse = () => {
    const clock = { nowMs: 0, now: () => clock.nowMs };
    const refused = new RefusedTools(clock);
    refused.note('run', tools, new RoutesmithError('usage', 'there is no sandbox'));
    return { clock, refused };
  };

  it('is refused for a minute, and tried again after that', () => {
    const { clock, refused } = refuse();
    expect(() => refused.check('another', tools)).not.toThrow();
    clock.nowMs = 59_000;
    expect(() => refused.check('run', tools)).toThrow('there is no sandbox');
    clock.nowMs = 60_000;
    expect(() => refused.check('run', tools)).not.toThrow();
  });

  it('is tried again as soon as it has other tools', () => {
    const { refused } = refuse();
    expect(() => refused.check('run', { ...tools, allowCode: false })).not.toThrow();
  });
});
