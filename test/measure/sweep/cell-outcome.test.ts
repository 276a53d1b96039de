import { describe, expect, it } from 'vitest';
import {
  buildCallFailure,
  type CallFailureClass,
} from '../../../src/measure/sweep/calls/call-failure.js';
import type { CallResult, CompletedCall } from '../../../src/measure/sweep/calls/call-result.js';
import { computeCellOutcome, gradeCell } from '../../../src/measure/sweep/cell-outcome.js';
import { buildExample } from '../../support/task-set.js';

function complete(changes: Partial<CompletedCall>): CallResult {
  return {
    kind: 'completed',
    answer: '4',
    ending: 'complete',
    finishReason: 'stop',
    tokens: { usage: null, isGuess: false, reportedCostUsd: undefined },
    rawUsage: null,
    ttftMs: null,
    firstContentMs: null,
    latencyMs: 1,
    servedModel: null,
    servedProvider: null,
    fingerprint: null,
    ...changes,
  };
}

function fail(failureClass: CallFailureClass): CallResult {
  return { kind: 'failed', failure: buildCallFailure(failureClass, { message: 'scripted' }) };
}

describe('computeCellOutcome', () => {
  it.each([
    ['answered', complete({})],
    ['answered', complete({ finishReason: null })],
    ['answered', complete({ ending: 'tool_calls' })],
    ['truncated', complete({ ending: 'truncated' })],
    ['truncated', complete({ ending: 'truncated', answer: '' })],
    ['refused', complete({ ending: 'refused' })],
    ['refused', complete({ ending: 'refused', answer: '' })],
    ['malformed', complete({ answer: '' })],
    ['malformed', complete({ answer: ' \n' })],
    ['context_overflow', fail('context_overflow')],
    ['refused', fail('content_filtered')],
  ] as const)('is %s', (outcome, result) => {
    expect(computeCellOutcome(result)).toBe(outcome);
  });

  it.each([
    'rate_limited',
    'server_error',
    'timeout',
    'network',
    'quota_exhausted',
    'authentication',
    'model_not_found',
    'bad_request',
    'unsupported',
    'malformed',
    'cancelled',
  ] as const)('is infrastructure, and says nothing of the model, for %s', (failureClass) => {
    expect(computeCellOutcome(fail(failureClass))).toBe('infrastructure');
  });
});

describe('gradeCell', () => {
  const example = buildExample('3');

  it('lets the grader judge the text that arrived, also where it was cut off', async () => {
    expect((await gradeCell(example, 'answered', 'It is 4.')).grade).toMatchObject({ quality: 1 });
    expect((await gradeCell(example, 'truncated', 'It is 4, bec')).grade).toMatchObject({
      quality: 1,
    });
    expect((await gradeCell(example, 'refused', 'I cannot say.')).grade).toMatchObject({
      quality: 0,
    });
  });

  it.each(['truncated', 'refused', 'malformed', 'context_overflow'] as const)(
    'counts no text at all as not solved: %s',
    async (outcome) => {
      expect((await gradeCell(example, outcome, null)).grade).toMatchObject({
        kind: 'graded',
        quality: 0,
      });
      expect((await gradeCell(example, outcome, '')).grade).toMatchObject({
        kind: 'graded',
        quality: 0,
      });
    },
  );

  it('never grades an infrastructure failure', async () => {
    const { grade, gradeKey } = await gradeCell(example, 'infrastructure', null);
    expect(grade.kind).toBe('ungraded');
    expect(gradeKey).toBeNull();
  });

  it('leaves tasks without a grader ungraded', async () => {
    const open = buildExample('3', { grader: undefined });
    expect((await gradeCell(open, 'answered', '4')).grade.kind).toBe('ungraded');
    expect((await gradeCell(open, 'malformed', '')).grade.kind).toBe('ungraded');
  });
});
