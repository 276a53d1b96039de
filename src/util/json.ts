/** Any value that JSON can represent. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** An object as JSON represents it. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** True for a plain JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a value; undefined if it has none, or is not an object. */
export function getMember(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

/** The objects in a list; none for everything else. */
export function listObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** The first item of a list, or the value itself: Gemini puts its errors into a list. */
export function unwrapList(value: JsonValue): JsonValue {
  return Array.isArray(value) ? ((value as readonly JsonValue[])[0] ?? null) : value;
}

/** Converts NaN, which means unknown in computations, to null, because JSON has no NaN. */
export function nullIfUnknown(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
