import { describe, expect, it } from 'vitest';
import {
  findObjective,
  findStrategy,
  nameStrategy,
  roleOfStrategy,
  type StrategyId,
} from '../../../../src/learn/evaluate/strategies/strategy-id.js';

const cases: [StrategyId, string, string][] = [
  [{ kind: 'routed', objective: 'best single' }, 'routed: best single', 'routed'],
  [{ kind: 'without_routing' }, 'best single', 'baseline'],
  [{ kind: 'without_routing', baseline: 'small' }, 'baseline: small', 'baseline'],
  [{ kind: 'cheapest' }, 'cheapest', 'baseline'],
  [{ kind: 'policy_baseline' }, "policy's baseline", 'baseline'],
  [{ kind: 'random' }, 'random', 'baseline'],
  [{ kind: 'task_table', tasks: 'labels' }, 'per-task table (true label)', 'reference'],
  [{ kind: 'task_table', tasks: 'latent' }, 'per-task table (latent tasks)', 'reference'],
  [{ kind: 'oracle' }, 'oracle', 'reference'],
];

describe('strategies', () => {
  it.each(cases)('%j have the name and the role that files hold', (id, name, role) => {
    expect(nameStrategy(id)).toBe(name);
    expect(roleOfStrategy(id)).toBe(role);
  });

  it('are found by id, whatever an objective is called', () => {
    const results = cases.map(([id]) => ({ name: nameStrategy(id), id }));
    for (const { id } of results) expect(findStrategy(results, id)?.id).toBe(id);
    expect(findStrategy(results, { kind: 'routed', objective: 'oracle' })).toBeUndefined();
  });

  it('tell the objective of a routed one', () => {
    expect(findObjective('routed: best single')).toBe('best single');
    expect(findObjective('best single')).toBeUndefined();
  });
});
