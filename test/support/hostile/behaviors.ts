import { anthropicBehaviors } from './anthropic.js';
import type { Behavior } from './behavior.js';
import { bodyBehaviors } from './bodies.js';
import { statusBehaviors } from './statuses.js';
import { streamBehaviors } from './streams.js';
import { transportBehaviors } from './transport.js';
import { valueBehaviors } from './values.js';

/** Everything that a hostile or broken server does here. */
export const hostileBehaviors: readonly Behavior[] = [
  ...valueBehaviors,
  ...bodyBehaviors,
  ...streamBehaviors,
  ...transportBehaviors,
  ...statusBehaviors,
  ...anthropicBehaviors,
];
