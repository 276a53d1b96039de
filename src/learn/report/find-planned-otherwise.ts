import type { ObjectiveEvidence, Policy } from '../../policy/file/policy.js';
import type { ReportedEvaluation } from './report.js';

/** Objectives that an evaluation has otherwise than a policy file, with the evidence for what the file does. */
export type PlannedOtherwise = ReadonlyMap<string, ObjectiveEvidence>;

/**
 * Finds the objectives of a policy file that an evaluation of the same outcomes has otherwise: with
 * another model to use without routing, which changes what is promised and how it is routed, or with
 * routing where the file has one model, or the reverse.
 */
export function findPlannedOtherwise(
  policy: Policy | undefined,
  evaluation: ReportedEvaluation,
): PlannedOtherwise {
  const found = new Map<string, ObjectiveEvidence>();
  for (const { name, constantModel } of policy?.objectives ?? []) {
    const planned = evaluation.objectives.find((objective) => objective.name === name);
    const evaluated = evaluation.verdict.evidence.find(({ objective }) => objective === name);
    if (planned === undefined || evaluated === undefined) continue;
    const isAlike =
      policy?.baseline === evaluation.baseline &&
      (constantModel === undefined) === (planned.constantModel === undefined);
    if (isAlike) continue;
    const own = policy?.verdict.evidence.find(({ objective }) => objective === name);
    found.set(name, own ?? { ...evaluated, routes: constantModel === undefined });
  }
  return found;
}
