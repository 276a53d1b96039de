import { canonicalJson } from '../../../util/canonical-json.js';
import { messageText, promptMessages, type Prompt } from '../../../llm/chat.js';
import { createOutcomeTableBuilder, type OutcomeTableBuilder } from '../outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from '../outcome-table.js';
import { createImportReporter, type ImportReport, type ImportReporter } from './import-report.js';

export interface ImportTargetOptions {
  /** Texts of prompts to leave out, compared exactly. Default: none. */
  readonly exclusions?: ReadonlySet<string>;
  /** Keep only the first of several prompts that are exactly equal. Default: false. */
  readonly dropDuplicatePrompts?: boolean;
  /** The largest share of bad rows that is tolerated. Default: 0.05. */
  readonly maxBadShare?: number;
}

/** Where importers put what they read; the same rules for all formats. */
export interface ImportTarget extends Pick<ImportReporter, 'countRow' | 'reject' | 'note'> {
  /**
   * Adds a prompt, under another id where its own is taken.
   *
   * @returns the id it got, or undefined when it is left out (on the exclusion list, or a
   * duplicate that is dropped), in which case its outcomes are left out as well
   */
  addPrompt(prompt: PromptRecord): string | undefined;
  readonly addOutcome: OutcomeTableBuilder['addOutcome'];
  /** @throws RoutesmithError `invalid_outcomes` as `ImportReporter.finish` does */
  finish(): { readonly table: OutcomeTable; readonly report: ImportReport };
}

export function createImportTarget(options: ImportTargetOptions): ImportTarget {
  const exclusions = options.exclusions ?? new Set<string>();
  const dropDuplicates = options.dropDuplicatePrompts ?? false;
  const reporter = createImportReporter(options.maxBadShare ?? 0.05);
  const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  const uses = new Map<string, number>();
  const matchedExclusions = new Set<string>();
  const promptKeys = new Set<string>();
  let excluded = 0;
  let duplicates = 0;
  let renamed = 0;

  function takeId(wanted: string): string {
    let id = wanted;
    while (uses.has(id)) {
      const use = (uses.get(wanted) ?? 1) + 1;
      uses.set(wanted, use);
      id = `${wanted}~${use}`;
    }
    uses.set(id, 1);
    if (id !== wanted) renamed++;
    return id;
  }

  function noteWhatHappened(): void {
    if (options.exclusions !== undefined) {
      const unmatched = exclusions.size - matchedExclusions.size;
      reporter.note(
        `${excluded} prompts are on the exclusion list and were left out` +
          (unmatched > 0 ? `; ${unmatched} entries of the list matched no prompt` : ''),
      );
    }
    if (duplicates > 0) {
      reporter.note(
        dropDuplicates
          ? `${duplicates} prompts are exact copies of an earlier one and were dropped`
          : `${duplicates} prompts are exact copies of an earlier one and were kept`,
      );
    }
    if (renamed > 0) reporter.note(`${renamed} prompts were renamed, because their id was taken`);
  }

  return {
    countRow: reporter.countRow,
    reject: reporter.reject,
    note: reporter.note,
    addPrompt(prompt) {
      const text = askedText(prompt.prompt);
      if (exclusions.has(text)) {
        matchedExclusions.add(text);
        excluded++;
        return undefined;
      }
      const key = promptKey(prompt.prompt);
      if (promptKeys.has(key)) {
        duplicates++;
        if (dropDuplicates) return undefined;
      }
      promptKeys.add(key);
      const id = takeId(prompt.id);
      builder.addPrompt({ ...prompt, id });
      return id;
    },
    addOutcome: builder.addOutcome,
    finish() {
      noteWhatHappened();
      return { report: reporter.finish(), table: builder.build() };
    },
  };
}

/** The text of the messages; tools are not asked, they are offered. */
function askedText(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : promptMessages(prompt).map(messageText).join('\n');
}

/** Equal for equal prompts only: a request never equals a plain text that looks like it. */
function promptKey(prompt: Prompt): string {
  return typeof prompt === 'string' ? `text:${prompt}` : `chat:${canonicalJson(prompt)}`;
}
