import { canonicalJson } from '../../../util/canonical-json.js';
import { formatCount } from '../../../util/format-number.js';
import { getMember, type JsonObject, type JsonValue } from '../../../util/json.js';
import { listColumns } from '../../tables/column-map.js';

/**
 * Finds cells whose outcomes are of one provider at several settings, such as `openai:gpt-5` at a low
 * and at a high effort. promptfoo has a `promptIdx` for each pair of a prompt and a provider, and does
 * not always repeat a provider's settings in its results.
 */
export class PromptfooSettings {
  /** The settings of each cell's first outcome, by what they are compared among. */
  private readonly settings = new Map<string, string>();
  private readonly mixed = new Map<string, string>();

  /**
   * @param file where the result is from: an index says nothing about another file
   * @param cell the row of the result, with its prompt and model
   */
  add(file: string, result: JsonObject, cell: JsonObject): void {
    const { model, prompt, messages } = cell;
    const key = canonicalJson([prompt ?? messages ?? null, model ?? null]);
    const config = [
      getMember(result['provider'], 'config') ?? null,
      getMember(result['prompt'], 'config') ?? null,
    ];
    // Several prompts of the configuration may be one text: their indexes differ for no other reason.
    const label = getMember(result['prompt'], 'label') ?? null;
    const index = result['promptIdx'] ?? null;
    const isMixed = [
      this.isOther([file, key], config),
      this.isOther([file, key, label], [...config, index]),
    ].includes(true);
    if (isMixed && typeof model === 'string') this.mixed.set(key, model);
  }

  private isOther(among: readonly JsonValue[], settings: readonly JsonValue[]): boolean {
    const key = canonicalJson([...among]);
    const text = canonicalJson([...settings]);
    const first = this.settings.get(key) ?? text;
    this.settings.set(key, first);
    return first !== text;
  }

  /** A note about the cells; undefined if there are none. */
  describe(): string | undefined {
    if (this.mixed.size === 0) return undefined;
    const models = [...new Set(this.mixed.values())];
    return (
      `${formatCount(this.mixed.size, 'cell')} with outcomes of one provider at several settings, which are ` +
      `averaged: ${listColumns(models)}. Give each its own "label" in promptfoo's configuration, and ` +
      'evaluate again'
    );
  }
}
