import { nearestName } from './nearest-name.js';

/** The part of a zod issue that is needed to describe it. */
export interface ValidationIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/**
 * One line about what is wrong with a validated object: `path: message`, joined by `; `. Unknown
 * members are reported with the known ones, and the one they most likely mean.
 */
export function describeIssues(
  issues: readonly ValidationIssue[],
  knownKeys: readonly string[],
): string {
  return issues.map((issue) => describeIssue(issue, knownKeys)).join('; ');
}

function describeIssue(issue: ValidationIssue, knownKeys: readonly string[]): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys' && issue.keys !== undefined && path === '') {
    return issue.keys.map((key) => describeUnknownName(key, knownKeys)).join('; ');
  }
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** "unknown name ...", the known ones, and the one that is most likely meant. */
export function describeUnknownName(name: string, knownNames: readonly string[]): string {
  const nearest = nearestName(name, knownNames);
  const suggestion = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  return `unknown name "${name.slice(0, 60)}" (${suggestion}known: ${knownNames.join(', ')})`;
}
