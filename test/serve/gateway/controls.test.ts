import { describe, expect, it } from 'vitest';
import { readControls } from '../../../src/serve/gateway/controls.js';

const known = {
  models: ['vendor/scholar-1'],
  objectives: ['cost-low'],
  tasks: [],
  closed: ['vendor/scholar-2', 'cost-high'],
};
const read = (body: object) => () =>
  readControls(new Headers(), { model: 'auto', ...body } as never, known);

describe('a name that a key may not use', () => {
  it.each([
    ['model', { model: 'vendor/scholar-2' }],
    ['auto:<objective>', { model: 'auto:cost-high' }],
    ['objective', { routesmith: { objective: 'cost-high' } }],
    ['allow', { routesmith: { allow: ['vendor/scholar-2'] } }],
  ])('is not taken for a misspelling of another one: as %s', (_, body) => {
    expect(read(body)).toThrow(/not known|unknown name/);
    expect(read(body)).not.toThrow('Did you mean');
  });

  it.each([
    ['vendor/scholar-1', { model: 'vendor/scholar1' }],
    ['auto:cost-low', { model: 'auto:cost-lo' }],
    ['cost-low', { routesmith: { objective: 'costlow' } }],
  ])('differs from a misspelling, for which there is %s', (name, body) => {
    expect(read(body)).toThrow(`Did you mean "${name}"?`);
  });
});
