import { isJsonObject, type JsonValue } from '../../../util/json.js';
import { normalizeText } from './normalize-text.js';
import { isSameNumber, type NumberTolerance } from '../numbers/same-number.js';

/** How two JSON values are compared. */
export interface ValueComparison {
  /** By how much numbers may differ. */
  readonly tolerance: NumberTolerance;
  /** Texts must be the same character by character. */
  readonly exactText: boolean;
  /** The order of lists counts. */
  readonly ordered: boolean;
}

/** Whether a value is the expected one. Objects must have the same members, in any order. */
export function isSameValue(
  expected: JsonValue,
  actual: JsonValue,
  comparison: ValueComparison,
): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return isSameNumber(expected, actual, comparison.tolerance);
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    return comparison.exactText ? expected === actual : plainText(expected) === plainText(actual);
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return isSameList(expected, actual, comparison);
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const names = Object.keys(expected);
    return (
      names.length === Object.keys(actual).length &&
      names.every(
        (name) =>
          Object.hasOwn(actual, name) &&
          isSameValue(expected[name] as JsonValue, actual[name] as JsonValue, comparison),
      )
    );
  }
  return expected === actual;
}

function isSameList(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  comparison: ValueComparison,
): boolean {
  if (expected.length !== actual.length) return false;
  if (comparison.ordered) {
    return expected.every((value, index) =>
      isSameValue(value, actual[index] as JsonValue, comparison),
    );
  }
  const left = [...actual];
  return expected.every((value) => {
    const index = left.findIndex((other) => isSameValue(value, other, comparison));
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
}

/** The form in which texts are compared where case, white space and a last full stop do not count. */
export function plainText(text: string): string {
  return normalizeText(text, {
    typography: true,
    trim: true,
    caseSensitive: false,
    collapseWhitespace: true,
    stripMarkup: false,
    stripTrailingPunctuation: true,
  });
}
