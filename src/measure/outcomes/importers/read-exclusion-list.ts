import { RoutesmithError } from '../../../util/errors.js';
import { isJsonObject } from '../../../util/json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { parseJsonLines } from '../../../util/parse-json-lines.js';

/**
 * Reads the texts of prompts that must be left out, from JSONL files with a member `eval_prompt`.
 *
 * @throws RoutesmithError `invalid_outcomes` for any line without one: a list with gaps would let
 * contaminated prompts through
 */
export async function readExclusionList(files: readonly string[]): Promise<ReadonlySet<string>> {
  const texts = new Set<string>();
  for (const file of files) {
    for (const parsed of parseJsonLines(await readTextFile(file))) {
      const value = parsed.problem === undefined ? parsed.value : undefined;
      const text = isJsonObject(value) ? value['eval_prompt'] : undefined;
      if (typeof text !== 'string') {
        throw new RoutesmithError('invalid_outcomes', 'the line names no prompt to leave out', {
          where: `${file}:${parsed.line}`,
          fix: 'Each line must be a JSON object with a text "eval_prompt".',
        });
      }
      texts.add(text);
    }
  }
  return texts;
}
