import type { NumberTolerance } from '../numbers/same-number.js';
import type { SandboxLimits } from '../sandbox/sandbox.js';

/** How code is run and its results compared. */
export interface CodeRules {
  readonly language: 'javascript' | 'python' | 'sql';
  readonly credit: 'all' | 'share';
  readonly tolerance: NumberTolerance;
  readonly ordered: boolean;
  readonly limits: SandboxLimits;
}
