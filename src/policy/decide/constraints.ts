import type { Constraints } from './decision.js';

export type ConstraintKind = 'number' | 'models' | 'capabilities';

/** What each constraint holds. Whatever checks, records or forwards constraints goes by this table. */
export const constraintKinds = {
  maxCostUsd: 'number',
  maxLatencyMs: 'number',
  minQuality: 'number',
  maxOutputTokens: 'number',
  contextMargin: 'number',
  allow: 'models',
  deny: 'models',
  capabilities: 'capabilities',
} as const satisfies Readonly<Record<keyof Constraints, ConstraintKind>>;
