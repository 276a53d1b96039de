/** Applies rules in their order: what the first one says that says anything; undefined if none does. */
export function applyRules<Input extends readonly unknown[], Found>(
  rules: readonly ((...input: Input) => Found | undefined)[],
  ...input: Input
): Found | undefined {
  for (const rule of rules) {
    const found = rule(...input);
    if (found !== undefined) return found;
  }
  return undefined;
}
