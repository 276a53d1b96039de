/** The first `code` along an error's causes, such as ECONNRESET; empty where there is none. */
export function findErrorCode(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    // Several addresses tried for one name: each has its error, the first is as good as any.
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return '';
}
