import { describe, expect, it } from 'vitest';
import { familyChoices } from '../../../src/cli/options/training-options.js';
import { families } from '../../../src/learn/train/heads/families.js';

describe('the families to choose from on the command line', () => {
  it('are those that a policy can hold, and auto', () => {
    expect(familyChoices).toEqual(['auto', ...families.map(({ name }) => name)]);
  });
});
