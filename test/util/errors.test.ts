import { describe, expect, it } from 'vitest';
import { joinLines, RoutesmithError } from '../../src/util/errors.js';

describe('RoutesmithError', () => {
  it('says where, what and what to do, and keeps the cause', () => {
    const cause = new TypeError('inner');
    const error = new RoutesmithError('invalid_pool', 'unknown member "prise"', {
      where: 'models.yaml:4',
      fix: 'Write "price".',
      cause,
    });
    expect(error.message).toBe('models.yaml:4: unknown member "prise"\n  Write "price".');
    expect(error).toMatchObject({
      name: 'RoutesmithError',
      code: 'invalid_pool',
      where: 'models.yaml:4',
      fix: 'Write "price".',
      cause,
    });
  });

  it('says what alone where no more is known, and has no cause then', () => {
    const error = new RoutesmithError('internal', 'no backend');
    expect(error.message).toBe('no backend');
    expect('cause' in error).toBe(false);
  });

  it('recognizes errors of another copy of the package, and nothing else', () => {
    const foreign = Object.assign(new Error('other copy'), {
      [Symbol.for('routesmith.error')]: true,
    });
    expect(RoutesmithError.isInstance(foreign)).toBe(true);
    expect(RoutesmithError.isInstance(new RoutesmithError('usage', 'x'))).toBe(true);
    for (const value of [new Error('x'), null, undefined, 'text', 3, {}]) {
      expect(RoutesmithError.isInstance(value)).toBe(false);
    }
  });
});

describe('the message of an error on one line', () => {
  it.each([
    ['models.yaml:4: no price\n  Write "price".', 'models.yaml:4: no price. Write "price".'],
    ['It failed.\n\n  Try again;\nor not.', 'It failed. Try again. or not.'],
    ['one  line;', 'one line;'],
    ['', ''],
  ])('has sentences for lines: %j', (message, line) => {
    expect(joinLines(message)).toBe(line);
  });

  it('takes no longer for a long run of spaces', () => {
    expect(joinLines(`a${' '.repeat(2_000_000)}b`)).toBe('a b');
  });
});
