import { isJsonObject, type JsonObject } from './json.js';

/** The JSON object that a text holds, or undefined where it holds none. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
