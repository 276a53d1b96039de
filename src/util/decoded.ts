/** Untrusted input, decoded, or what is wrong with it. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

export function undecodable(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
