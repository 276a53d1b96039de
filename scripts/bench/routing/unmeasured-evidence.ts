/** Evidence that was not computed: only that the objective routes matters. */
export const unmeasuredEvidence = {
  routes: true,
  bestConstant: '',
  quality: 0,
  constantQuality: 0,
  qualityDifference: { mean: 0, low: 0, high: 0 },
  costUsd: null,
  constantCostUsd: null,
  utilityDifference: { mean: 0, low: 0, high: 0 },
} as const;
