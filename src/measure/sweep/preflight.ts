import type { PoolModel } from '../models/model.js';
import { readApiKey, type Environment } from '../models/read-api-key.js';
import { findUnsendablePart, findUnsendableSetting } from './calls/build-pool-request.js';
import { findPaidService, readMembers } from './calls/prompt-members.js';
import { checkReachable } from './calls/check-reachable.js';
import type { Example } from '../tasks/example.js';
import type { PromptWithMembers, RequestWithMembers } from '../../llm/chat.js';
import { tokenLimitNames } from '../../llm/request-form.js';
import { hasFiles } from '../../llm/worst-case-cost.js';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';
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
  checkPromptsCapped(models, examples);
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

function checkPromptsCapped(models: readonly PoolModel[], examples: readonly Example[]): void {
  for (const { id, prompt } of examples) {
    const uncapped = findUncapped(models, prompt);
    if (uncapped === undefined) continue;
    throw new RoutesmithError('invalid_task_set', uncapped.problem, {
      where: `task ${id}`,
      fix: uncapped.fix,
    });
  }
}

/** What of a prompt keeps a budget from bounding its cost. */
interface Uncapped {
  readonly problem: string;
  readonly fix: string;
}

/** Finds a file or a member in a prompt for which no budget can be enforced, even if models have limits. */
export function findUncapped(
  models: readonly PoolModel[],
  prompt: PromptWithMembers,
): Uncapped | undefined {
  if (typeof prompt === 'string') return undefined;
  for (const model of models) {
    const uncapped = findUncappedMember(model, readMembers(prompt)) ?? findFile(model, prompt);
    if (uncapped !== undefined) return uncapped;
  }
  return undefined;
}

/** Only a window bounds the cost of a file. */
function findFile(model: PoolModel, prompt: RequestWithMembers): Uncapped | undefined {
  if (model.contextWindow !== undefined || !hasFiles(prompt.messages)) return undefined;
  if (computeWorstCaseCostUsd(model, prompt) < Infinity) return undefined;
  return {
    problem: `a budget cannot bound the cost of its file: ${model.id} has no contextWindow`,
    fix: 'Set it in the pool file, or remove this task.',
  };
}

/** Members that count answers. */
const answerCounts = ['n', 'best_of'] as const;

function findUncappedMember(model: PoolModel, members: JsonObject): Uncapped | undefined {
  const counts = [...answerCounts, ...tokenLimitNames].filter((name) => name in members);
  // What the model lacks itself is not the prompt's fault.
  const limited = { ...model, parameters: { ...model.parameters, maxTokens: 1 } };
  const isUncapped = (some: JsonObject): boolean =>
    computeWorstCaseCostUsd(limited, { messages: [], members: some }) === Infinity;
  if (counts.length === 0 || !isUncapped(members)) return undefined;
  const name = counts.find((count) => isUncapped({ [count]: members[count] ?? null }));
  if (name === undefined) return undefined;
  const start = `a budget cannot bound the cost of its answer: its "${name}" is not a whole number above 0`;
  return answerCounts.some((count) => count === name)
    ? { problem: start, fix: 'Correct or remove that member, or remove this task.' }
    : {
        problem: `${start}, and ${model.id} has no contextWindow`,
        fix: 'Set it in the pool file, correct or remove that member, or remove this task.',
      };
}
