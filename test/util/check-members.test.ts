import { describe, expect, it } from 'vitest';
import { checkMembers } from '../../src/util/check-members.js';

const types = { limit: 'number', name: 'string or null', models: 'list', extra: 'object' };
const check = (value: unknown) => () => checkMembers(value, types, 'settings');

describe('checkMembers', () => {
  it('takes known names of their types, and what is undefined', () => {
    expect(check({ limit: Number.NaN, name: null, models: [], extra: {} })).not.toThrow();
    expect(check({ limit: undefined, name: 'a', limmit: undefined })).not.toThrow();
    expect(check(undefined)).not.toThrow();
  });

  it.each([
    [{ limmit: 1 }, 'settings: unknown name "limmit" (did you mean "limit"?'],
    [{ toString: 1 }, 'unknown name "toString"'],
    [{ limit: '1' }, 'settings: limit must be of type number'],
    [{ name: 7 }, 'name must be of type string or null'],
    [{ extra: [] }, 'extra must be of type object'],
    [{ models: {} }, 'models must be of type list'],
    [[], 'settings: must be an object'],
    ['limit', 'settings: must be an object'],
  ])('refuses %j', (value, message) => {
    expect(check(value)).toThrow(message);
  });
});
