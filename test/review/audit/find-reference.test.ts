import { describe, expect, it } from 'vitest';
import { findReference } from '../../../src/review/audit/find-reference.js';
import type { AuditReading } from '../../../src/review/audit/read-audited-requests.js';

/** Two requests; by weight, `small` has the better grades. */
const reading = {
  requests: {
    models: ['small', 'local'],
    quality: Float64Array.of(1, 0, 0, 1),
    weights: Float64Array.of(3, 1),
  },
  leftOutModels: ['large'],
} as unknown as Pick<AuditReading, 'requests' | 'leftOutModels'>;

describe('the model that routing is compared with', () => {
  it('is the named one, or the baseline of the policy', () => {
    const usual = 'small';
    expect(findReference(reading, { named: 'local', usual })).toEqual({ model: 1, replaces: null });
    expect(findReference(reading, { named: undefined, usual })).toEqual({
      model: 0,
      replaces: null,
    });
  });

  it.each(['large', 'not-in-the-pool'])('says that it takes the place of %s', (usual) => {
    expect(findReference(reading, { named: undefined, usual })).toEqual({
      model: 0,
      replaces: usual,
    });
  });

  it('is never another one than the named one', () => {
    const find = () => findReference(reading, { named: 'large', usual: 'small' });
    expect(find).toThrow('large lacks grades on too many requests to be compared with');
  });
});
