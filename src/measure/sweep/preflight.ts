import type { PoolModel } from '../models/model.js';
import { readApiKey, type Environment } from '../models/read-api-key.js';
import { findUnsendablePart, findUnsendableSetting } from './calls/build-pool-request.js';
import { findPaidService } from './calls/prompt-members.js';
import { checkReachable } from './calls/check-reachable.js';
import type { Example } from '../tasks/example.js';
import type { Prompt } from '../../llm/chat.js';
import { hasFiles } from '../../llm/worst-case-cost.js';
import { RoutesmithError } from '../../util/errors.js';
import { computeWorstCaseCostUsd } from './worst-case-cost.js';

/**
 * Checks before the first call that every model's protocol supports its settings and all prompts,
 * that a budget can be enforced, that every key is set, and that every base URL is reachable.
 *
 * @returns the keys by model id
 * @throws RoutesmithError `invalid_pool`, `invalid_task_set`, `missing_key` or
 * `provider_unreachable`
 */
export async function runPreflight(
  models: readonly PoolModel[],
  examples: readonly Example[],
  settings: { readonly environment: Environment; readonly hasBudget: boolean },
): Promise<ReadonlyMap<string, string | undefined>> {
  checkCallable(models, examples, settings.hasBudget);
  const apiKeys = new Map(
    models.map((model) => [model.id, readApiKey(model, settings.environment)]),
  );
  const baseUrls = [...new Set(models.map(({ baseUrl }) => baseUrl))];
  const problems = await Promise.all(baseUrls.map((baseUrl) => checkReachable(baseUrl)));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) {
    throw new RoutesmithError('provider_unreachable', found.join('; '), {
      fix: 'Start the server, or correct the provider in the pool file.',
    });
  }
  return apiKeys;
}

/**
 * Checks what needs neither keys nor a network: that every model's protocol supports its settings and
 * all prompts, and that a budget can be enforced.
 *
 * @throws RoutesmithError `invalid_pool` or `invalid_task_set`
 */
export function checkCallable(
  models: readonly PoolModel[],
  examples: readonly Example[],
  hasBudget: boolean,
): void {
  checkSendable(models, examples);
  if (!hasBudget) return;
  checkCapped(models);
  checkFilesCapped(models, examples);
}

/** Anthropic's Messages protocol does not support every setting and every prompt. */
function checkSendable(models: readonly PoolModel[], examples: readonly Example[]): void {
  const anthropic = models.filter(({ protocol }) => protocol === 'anthropic');
  for (const model of anthropic) {
    const problem = findUnsendableSetting(model);
    if (problem === undefined) continue;
    throw new RoutesmithError('invalid_pool', problem, {
      where: model.id,
      fix: "Change the model's parameters, or use the model through openrouter.",
    });
  }
  for (const example of examples) {
    const problem = findPaidService(example.prompt);
    if (problem === undefined) continue;
    throw new RoutesmithError('invalid_task_set', problem, {
      where: `task ${example.id}`,
      fix: 'Remove this task, or that member of its prompt.',
    });
  }
  const [first] = anthropic;
  if (first === undefined) return;
  for (const example of examples) {
    const problem = findUnsendablePart('anthropic', example.prompt);
    if (problem === undefined) continue;
    throw new RoutesmithError('invalid_task_set', problem, {
      where: `task ${example.id}`,
      fix: `Remove this task, remove ${first.id}, or use that model through openrouter.`,
    });
  }
}

/**
 * The models whose `maxTokens` fills their context window. Servers that add it to the prompt refuse
 * every call to them; those that cut it short answer.
 */
export function listWithoutRoom(models: readonly PoolModel[]): readonly string[] {
  return models
    .filter(
      ({ contextWindow = Infinity, parameters: { maxTokens = 0 } }) => maxTokens >= contextWindow,
    )
    .map(({ id }) => id);
}

/**
 * A budget reserves the worst-case cost of each call, so that cost must be bounded.
 *
 * @throws RoutesmithError `invalid_pool`
 */
export function checkCapped(models: readonly PoolModel[]): void {
  const uncapped = models.find((model) => computeWorstCaseCostUsd(model, '') === Infinity);
  if (uncapped === undefined) return;
  throw new RoutesmithError('invalid_pool', 'the cost of a call has no upper bound', {
    where: uncapped.id,
    fix: 'With a budget, every model needs parameters.maxTokens or a contextWindow.',
  });
}

function checkFilesCapped(models: readonly PoolModel[], examples: readonly Example[]): void {
  for (const { id, prompt } of examples) {
    const problem = findUncappedFile(models, prompt);
    if (problem === undefined) continue;
    throw new RoutesmithError('invalid_task_set', problem, {
      where: `task ${id}`,
      fix: 'Set it in the pool file, or remove this task.',
    });
  }
}

/** Describes a file in a prompt for which no budget can be enforced: only a window bounds its cost. */
export function findUncappedFile(models: readonly PoolModel[], prompt: Prompt): string | undefined {
  if (typeof prompt === 'string' || !hasFiles(prompt.messages)) return undefined;
  const uncapped = models.find(
    (model) =>
      model.contextWindow === undefined && computeWorstCaseCostUsd(model, prompt) === Infinity,
  );
  return uncapped === undefined
    ? undefined
    : `a budget cannot bound the cost of its file: ${uncapped.id} has no contextWindow`;
}
