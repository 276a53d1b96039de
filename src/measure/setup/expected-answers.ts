import type { JsonValue } from '../../util/json.js';
import { foldReference } from './draft-task-set.js';

/** Answers of which one or the other is expected, however few rows show it. */
const verdictPairs = [
  ['yes', 'no'],
  ['true', 'false'],
  ['correct', 'incorrect'],
  ['right', 'wrong'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['si', 'no'],
  ['sì', 'no'],
  ['sim', 'não'],
  ['да', 'нет'],
  ['是', '否'],
  ['はい', 'いいえ'],
] as const;
/** "unknown", "maybe" and the like beside yes and no. */
const maxOtherVerdicts = 3;

/**
 * The choices of expected answers that are verdicts, such as yes and no; with the other one where only
 * one of the two occurs.
 *
 * @param spellings the distinct answers
 * @returns undefined where they are none
 */
export function completeVerdicts(spellings: readonly string[]): readonly string[] | undefined {
  const folded = new Set(spellings.map(foldReference));
  for (const pair of verdictPairs) {
    const missing = pair.filter((verdict) => !folded.has(verdict));
    if (missing.length === 0 && spellings.length <= pair.length + maxOtherVerdicts) {
      return spellings;
    }
    const [only = ''] = spellings;
    const [other] = missing;
    if (spellings.length > 1 || missing.length !== 1 || other === undefined) continue;
    return [only, writeLike(only, other)].sort();
  }
  return undefined;
}

function writeLike(model: string, text: string): string {
  if (model === model.toLowerCase()) return text;
  if (model === model.toUpperCase()) return text.toUpperCase();
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Words of a unit that has two: "square meters", "million people", "miles per hour". */
const unitModifier =
  /^(?:hundred|thousand|million|billion|trillion|dozen|square|cubic|sq|cu|light|degrees?|nautical|fluid|metric|per|percentage)$/i;

/**
 * Whether texts that hold a number each say nothing else, but for a unit: "12 km" and "$3 million", and
 * not "12 Main Street".
 */
export function haveUnitsAtMost(references: readonly JsonValue[]): boolean {
  const tails: readonly (readonly string[])[] = references.map((one) =>
    typeof one === 'string' ? (/[^\d]*$/.exec(one)?.[0].match(/\p{L}+(?:\/\p{L}+)?/gu) ?? []) : [],
  );
  const counts = new Map<string, number>();
  for (const [word] of tails) {
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return tails.every((words) => {
    const units = words.filter((word) => !unitModifier.test(word));
    const [unit = ''] = units;
    // "12 Stunden" and "5 Stunden": nouns of German have a capital.
    const isUnit = unit === unit.toLowerCase() || unit.length <= 3 || (counts.get(unit) ?? 0) > 1;
    return units.length <= (words.includes('per') ? 2 : 1) && isUnit;
  });
}
