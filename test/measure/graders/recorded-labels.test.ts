import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareArc } from '../../../scripts/check/recorded-labels/arc.js';
import { compareGsm8k } from '../../../scripts/check/recorded-labels/gsm8k.js';
import { hasRecordedData, recordedDataFolder } from '../../support/recorded-data.js';

describe.skipIf(!hasRecordedData('routellm/gsm8k__gsm8k_responses.csv'))(
  'the numeric grader on the recorded responses of GSM8K',
  () => {
    it('disagrees with a recorded label only where the label is wrong, but for at most one', async () => {
      const { responses, disagreements } = await compareGsm8k(join(recordedDataFolder, 'routellm'));
      const ours = disagreements.filter(({ cause }) => cause.startsWith('the grader'));
      expect(responses).toBe(2638);
      expect(disagreements.length).toBeGreaterThan(40);
      expect(ours.length).toBeLessThanOrEqual(1);
    });
  },
);

describe.skipIf(!hasRecordedData('routerbench/arc_challenge_test.csv'))(
  'the choice grader on the recorded responses of ARC',
  () => {
    it('reads one letter from the responses scored 1, and another from those scored 0', async () => {
      const { responses, disagreements } = await compareArc(
        join(recordedDataFolder, 'routerbench'),
      );
      expect(responses).toBeGreaterThan(16_000);
      expect(1 - disagreements.length / responses).toBeGreaterThanOrEqual(0.99);
    });
  },
);
