/** The result of decoding untrusted input: a value, or what is wrong with the input. */
export type Result<T, Problem = string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** The decoded value. */
export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Why there is no value: a phrase that an error message can quote. */
export function failure<Problem>(problem: Problem): {
  readonly ok: false;
  readonly problem: Problem;
} {
  return { ok: false, problem };
}
