import { describe, expect, it } from 'vitest';
import * as trainer from '../src/index.js';

describe('the trainer API', () => {
  it('has every step from tasks to decisions', () => {
    expect(Object.keys(trainer).sort()).toEqual([
      'RoutesmithError',
      'checkGrader',
      'checkTaskSet',
      'comparePolicies',
      'computeEvaluation',
      'computeHeldOut',
      'computeOutcomeTable',
      'computeOutcomesDigest',
      'computeOverkill',
      'computeReport',
      'computeTrainingData',
      'createGraderPool',
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
      'renderReport',
      'runSweep',
      'standardObjectives',
      'startPracticeServer',
      'trainPolicy',
      'trainRun',
      'trainTable',
      'usePointEstimates',
      'writeImportedRun',
    ]);
  });
});
