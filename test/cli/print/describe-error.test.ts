import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/cli/print/describe-error.js';
import { RoutesmithError, type ErrorCode } from '../../../src/util/errors.js';

const quiet = { debug: false };

describe('the exit code', () => {
  it.each<[ErrorCode, number]>([
    ['usage', 2],
    ['invalid_policy', 2],
    ['missing_key', 2],
    ['run_locked', 2],
    ['incomplete_coverage', 3],
    ['budget_reached', 4],
    ['gate_failed', 5],
    ['interrupted', 130],
    ['internal', 1],
  ])('of %s is %i', (code, exitCode) => {
    expect(describeError(new RoutesmithError(code, 'what'), quiet).exitCode).toBe(exitCode);
  });

  it('of anything else is 1', () => {
    expect(describeError('a text', quiet)).toMatchObject({ exitCode: 1 });
  });
});

describe('the message', () => {
  it('says what, where and what to do, without a stack', () => {
    const error = new RoutesmithError('invalid_pool', 'no price', {
      where: 'models.yaml:3',
      fix: 'Add one.',
    });
    expect(describeError(error, quiet).text).toBe('error: models.yaml:3: no price\n  Add one.');
    expect(describeError(error, { debug: true }).text).toMatch(/^ {4}at /m);
  });

  it('of an unexpected error has the stack, and that of its cause', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner') });
    const { text } = describeError(error, quiet);
    expect(text).toMatch(/^error: unexpected: TypeError: outer\n {4}at /);
    expect(text).toContain('caused by: RangeError: inner');
    expect(text).toContain('Please report it');
  });

  it('of the operating system has no stack', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(describeError(error, quiet)).toEqual({ text: `error: ${error.message}`, exitCode: 1 });
  });
});
