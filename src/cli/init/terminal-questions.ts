import {
  autocompleteMultiselect,
  cancel,
  confirm,
  isCancel,
  note,
  select,
  text,
} from '@clack/prompts';
import type { Readable, Writable } from 'node:stream';
import { RoutesmithError } from '../../util/errors.js';
import type { ListedModel } from '../../measure/models/listing/listed-model.js';
import { parseGivenPrice, type GivenPrice } from '../../measure/models/listing/build-pool.js';
import { knownProviders } from '../../measure/models/resolve-provider.js';
import { isVariableName } from '../../measure/models/secret-shape.js';
import { describeListedPrice, formatProposals } from './print-init.js';
import { escapeControls } from '../print/print.js';
import type { InitQuestions } from './init-questions.js';

/** Where questions are shown and answered. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

const none = '';

/** Asks in a terminal. Ctrl-C or Escape ends the command: nothing has been written then. */
export function createTerminalQuestions(terminal: Terminal): InitQuestions {
  return {
    async chooseColumn(field, columns, guess, longest) {
      const options = columns.map((column) => ({ value: column, label: escapeControls(column) }));
      const unclear = longest === undefined ? '' : ' (not clear: proposed are the longest texts)';
      const answer = await select({
        ...terminal,
        message: `Which column holds the ${columnTexts[field]}?${unclear}`,
        options: field === 'prompt' ? options : [...options, { value: none, label: '(none)' }],
        initialValue: guess ?? longest ?? (field === 'prompt' ? columns[0] : none),
      });
      return take(answer) || undefined;
    },
    async confirmGraders(proposals) {
      note(escapeControls(formatProposals(proposals)), 'Graders', { ...terminal });
      const accepted = await confirm({ ...terminal, message: 'Use these graders?' });
      if (take(accepted)) return;
      throw new RoutesmithError('interrupted', 'nothing was written', {
        fix: 'Run the command with --yes, and change the graders in the task set that it writes.',
      });
    },
    async chooseProvider(apiKeyEnv) {
      const names = [...knownProviders.keys()];
      const chosen = await select({
        ...terminal,
        message: 'Where do the models run?',
        options: [
          ...names.map((name) => ({ value: name, label: name })),
          { value: none, label: 'another OpenAI-compatible server' },
        ],
      });
      const name = take(chosen);
      if (name !== none) return { provider: name, apiKeyEnv };
      const url = await text({ ...terminal, message: 'Base URL, such as https://example.com/v1' });
      const provider = take(url);
      if (apiKeyEnv !== undefined) return { provider, apiKeyEnv };
      const variable = await text({
        ...terminal,
        message: 'Environment variable with its key (empty: no key)',
        validate: (value) =>
          value === undefined || value === '' || isVariableName(value)
            ? undefined
            : 'The NAME of a variable, not the key itself',
      });
      return { provider, apiKeyEnv: take(variable) || undefined };
    },
    async chooseModels(listed) {
      const answer = await autocompleteMultiselect({
        ...terminal,
        message: 'Which models do you want to compare? Type to search, space or tab to choose.',
        options: listed.map((model) => ({
          value: model.model,
          label: escapeControls(model.model),
          hint: describeListedPrice(model),
        })),
        required: true,
        maxItems: 10,
      });
      return take(answer);
    },
    async askPrices(models) {
      const prices: GivenPrice[] = [];
      for (const { model } of models) {
        const answer = await text({
          ...terminal,
          message: `Price of ${escapeControls(model)}: USD per million tokens, input/output (0.15/0.60), or free`,
          validate: (value) => findPriceProblem(model, value),
        });
        prices.push(parseGivenPrice(`${model}=${take(answer)}`));
      }
      return prices;
    },
    async chooseJudge(listed, examples) {
      const answer = await select({
        ...terminal,
        message: `${examples} prompts are best graded by a model. Which one?`,
        options: [
          { value: none, label: '(none: compare wording, leave out what has no expected answer)' },
          ...listed.map(({ model }: ListedModel) => ({
            value: model,
            label: escapeControls(model),
          })),
        ],
        maxItems: 10,
      });
      return take(answer) || undefined;
    },
  };

  function take<Value>(answer: Value): Exclude<Value, symbol> {
    if (!isCancel(answer)) return answer as Exclude<Value, symbol>;
    cancel('Nothing was written.', { ...terminal });
    throw new RoutesmithError('interrupted', 'canceled');
  }
}

const columnTexts = {
  prompt: 'prompts',
  reference: 'expected answers',
  task: 'task labels',
  id: 'ids',
} as const;

function findPriceProblem(model: string, value: string | undefined): string | undefined {
  try {
    parseGivenPrice(`${model}=${value ?? ''}`);
    return undefined;
  } catch {
    return 'Two numbers with a slash, such as 0.15/0.60 (USD per million tokens), or the word free';
  }
}
