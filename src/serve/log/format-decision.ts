import type { ChatMessage, Prompt } from '../../llm/chat.js';
import type { PromptFields } from '../../policy/features/prompt-fields.js';
import { splitPromptFields } from '../../policy/features/prompt-fields.js';
import { copyJson } from '../../util/copy-json.js';
import type { BuiltDecision } from './build-decision.js';
import type { FeatureCounter } from './count-features.js';
import { formatLine } from './format-line.js';
import type { DecisionRecord, LogLevel } from './record.js';

/** A decision that waits to become a line. Nothing in it changes, whatever its caller does. */
export interface DecisionDraft {
  /** About the characters of the line. */
  readonly size: number;
  format(n: number): string;
}

/** Of a record's names, and of a number. */
const recordSize = 900;
const numberSize = 20;

/**
 * Takes what a level keeps of the prompt; the line itself is made later.
 *
 * @param counter for level `features`; undefined for the others
 * @throws TypeError for a prompt that JSON cannot represent, at level `prompts`
 */
export function draftDecision(
  built: BuiltDecision,
  prompt: Prompt | readonly ChatMessage[],
  level: LogLevel,
  counter: FeatureCounter | undefined,
): DecisionDraft {
  const base = recordSize + numberSize * (3 * built.quality.length + built.tasks.length);
  if (level === 'prompts') {
    const copied = copyJson(prompt);
    if (copied !== undefined) {
      const format = (n: number): string => formatDecision(n, { ...built, request: copied.value });
      return { size: base + copied.size, format };
    }
    const request = JSON.stringify(prompt);
    return {
      size: base + request.length,
      format: (n) => withRequest(formatDecision(n, built), request),
    };
  }
  if (counter === undefined) {
    return { size: base, format: (n) => formatDecision(n, built) };
  }
  const fields: PromptFields = splitPromptFields(prompt);
  const { userText, system, tools } = fields;
  // A word has about six n-grams of six digits; its text is kept until then.
  const size = base + 10 * (userText.length + system.length + tools.length);
  return { size, format: (n) => formatDecision(n, { ...built, features: counter(fields) }) };
}

/** Kind and number come first, by which the next start finds the last line. */
function formatDecision(
  n: number,
  built: BuiltDecision & Pick<DecisionRecord, 'features' | 'request'>,
): string {
  return formatLine({
    kind: 'decision',
    n,
    ...built,
    at: built.at.toISOString(),
    tasks: Array.from(built.tasks),
    quality: Array.from(built.quality),
  });
}

/** Adds the request as it was written when it was decided on. */
function withRequest(line: string, request: string): string {
  return `${line.slice(0, -2)},"request":${request}}\n`;
}
