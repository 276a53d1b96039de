import { describe, expect, it } from 'vitest';
import * as trainer from '../src/index.js';

describe('the trainer API', () => {
  it('has every step from tasks to decisions', () => {
    expect(Object.keys(trainer).sort()).toEqual([
      'RoutesmithError',
      'checkGrader',
      'checkTaskSet',
      'computeEvaluation',
      'computeHeldOut',
      'computeOutcomesDigest',
      'computeTrainingData',
      'createSandbox',
      'createTensorFlowEngine',
      'estimateSweep',
      'evaluatePolicy',
      'gradeAnswer',
      'gradeRun',
      'importOutcomes',
      'loadPolicy',
      'priceSweep',
      'readPool',
      'readRun',
      'readTaskSet',
      'runSweep',
      'standardObjectives',
      'startPracticeServer',
      'trainPolicy',
      'usePointEstimates',
      'writeImportedRun',
    ]);
  });
});
