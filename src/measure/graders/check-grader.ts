import type { GraderSpec } from '../tasks/example.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import type { JsonValue } from '../../util/json.js';
import { findGrader, graderNames } from './registry.js';

/**
 * Says what is wrong with a task's grader, its options or its reference, or undefined when they
 * will do. Meant to be handed to `readTaskSet`.
 */
export function checkGrader(
  spec: GraderSpec,
  reference: JsonValue | undefined,
): string | undefined {
  const grader = findGrader(spec.name);
  if (grader === undefined) return `grader: ${describeUnknownName(spec.name, graderNames)}`;
  const problem = grader.checkTask(reference, spec.options);
  return problem === undefined ? undefined : `grader ${spec.name}: ${problem}`;
}
