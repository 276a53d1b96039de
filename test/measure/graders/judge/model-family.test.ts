import { describe, expect, it } from 'vitest';
import { namesVendor } from '../../../../src/measure/graders/judge/model-family.js';

describe('namesVendor', () => {
  it.each([
    ['gpt-5-mini', true],
    ['acme/brain-1', true],
    ['brain-1', false],
    ['m1', false],
  ])('of %s is %s', (model, expected) => {
    expect(namesVendor(model)).toBe(expected);
  });
});
