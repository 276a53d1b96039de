/** The part of a zod issue that is needed to describe it. */
export interface ValidationIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/**
 * Describes what is wrong with a validated object in one line: `path: message`, joined by `; `. An
 * unknown member is reported with the known ones and a suggestion.
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

/** Describes an unknown name: the name, the most similar known name, and all known names. */
export function describeUnknownName(name: string, knownNames: readonly string[]): string {
  const nearest = findNearestName(name, knownNames);
  const suggestion = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  return `unknown name "${name.slice(0, 60)}" (${suggestion}known: ${knownNames.join(', ')})`;
}

/**
 * The most similar known name, ignoring case; undefined if more than a third of the characters,
 * rounded up, would have to change.
 */
export function findNearestName(name: string, knownNames: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, 60);
  let nearest: string | undefined;
  let nearestDistance = Math.ceil(wanted.length / 3) + 1;
  for (const known of knownNames) {
    const distance = computeEditDistance(wanted, known.toLowerCase());
    if (distance < nearestDistance) {
      nearest = known;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/**
 * Levenshtein distance of two short names. The graders use `fastest-levenshtein`; this file is part
 * of the router, which imports no package.
 */
function computeEditDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced =
        (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const removed = (previous[column] as number) + 1;
      const inserted = (current[column - 1] as number) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[to.length] as number;
}
