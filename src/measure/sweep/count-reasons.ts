/**
 * Counts reasons, those together that differ only in what a provider or a failure says: a judge's server
 * names another request and another time to wait each time. Of several only the first text is shown.
 *
 * @returns sentences without a full stop and how often each holds, in the order of their first reasons
 */
export function countReasons(reasons: readonly string[]): ReadonlyMap<string, number> {
  const kinds = new Map<string, { readonly first: string; count: number }>();
  for (const reason of reasons) {
    const { kind } = splitReason(reason);
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { first: reason, count: 1 });
    else known.count += 1;
  }
  return new Map(
    [...kinds].map(([kind, { first, count }]) => {
      const { said } = splitReason(first);
      const isOnly = count === 1 || said === undefined;
      return [isOnly ? first : `${kind} (for example: ${said})`, count] as const;
    }),
  );
}

/** With the class of the failure, and without what was said of it. */
function splitReason(reason: string): { readonly kind: string; readonly said?: string } {
  const [, kind = reason, said] = failure.exec(reason) ?? [];
  return said === undefined ? { kind } : { kind, said };
}

const failure =
  /^(the judge could not be asked: [a-z_]+|the sandbox failed|the grader failed): (.+)$/s;
