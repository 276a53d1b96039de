const maximumDepth = 64;

/**
 * Says why a value is none that JSON can hold, or undefined where it is one. YAML has numbers and
 * objects that JSON has not, and nesting without end would exhaust the stack later.
 */
export function findJsonProblem(value: unknown, depth = 0): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : `${value} is no number that JSON can hold`;
  }
  if (typeof value !== 'object') return `a ${typeof value} is no value that JSON can hold`;
  if (depth >= maximumDepth) return `nested more than ${maximumDepth} levels deep`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return 'holds a value of a special type; write it as a text';
  }
  for (const [key, member] of Object.entries(value)) {
    const problem = findJsonProblem(member, depth + 1);
    if (problem !== undefined) return `${key.slice(0, 60)}: ${problem}`;
  }
  return undefined;
}
