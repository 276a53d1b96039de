import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../../util/errors.js';
import { promptRequest, type PromptWithMembers } from '../../../llm/chat.js';
import { listChanges } from './list-changes.js';
import { groupBy } from '../../../util/group-by.js';

/** A prompt to decide on, with its task label if it has one. */
export interface LabeledPrompt {
  readonly prompt: PromptWithMembers;
  readonly task: string | undefined;
}

/** Share of the prompts that each policy sends to a model; null for no feasible model. */
export interface TrafficShare {
  readonly model: string | null;
  /** Of the prompts, in [0, 1]. */
  readonly first: number;
  readonly second: number;
}

export interface TrafficMove {
  readonly from: string | null;
  readonly to: string | null;
  readonly share: number;
}

/** What changes for the prompts of one task, or for all. */
export interface TrafficDifference {
  readonly prompts: number;
  /** Share of prompts that the two send to different models. */
  readonly differing: number;
  /** By the larger of the two shares. */
  readonly shares: readonly TrafficShare[];
}

export interface ObjectiveTraffic extends TrafficDifference {
  readonly objective: string;
  readonly moves: readonly TrafficMove[];
  /** Most differing first, by the prompts' label or the task that the second policy detects. */
  readonly tasks: readonly (TrafficDifference & { readonly task: string })[];
}

/** How two policies route the same prompts. Needs no outcomes. */
export interface PolicyDiff {
  readonly first: string;
  readonly second: string;
  readonly prompts: number;
  /** Differences between the files themselves, in words; see `listChanges`. */
  readonly changes: readonly string[];
  readonly objectives: readonly ObjectiveTraffic[];
}

/**
 * Lets two policies decide on the same prompts, under each objective that both have.
 *
 * @throws RoutesmithError `invalid_input` where there are no prompts or no common objective
 */
export function diffPolicies(
  first: LoadedPolicy,
  second: LoadedPolicy,
  prompts: readonly LabeledPrompt[],
): PolicyDiff {
  const names = new Set(second.policy.objectives.map(({ name }) => name));
  const common = first.policy.objectives.filter(({ name }) => names.has(name));
  if (common.length === 0 || prompts.length === 0) {
    const what = prompts.length === 0 ? 'there are no prompts' : 'no objective is in both policies';
    throw new RoutesmithError('invalid_input', what);
  }
  return {
    first: first.digest,
    second: second.digest,
    prompts: prompts.length,
    changes: listChanges(first.policy, second.policy),
    objectives: common.map(({ name }) => compareTraffic(first, second, prompts, name)),
  };
}

interface Choice {
  readonly from: string | null;
  readonly to: string | null;
  readonly task: string;
}

function compareTraffic(
  first: LoadedPolicy,
  second: LoadedPolicy,
  prompts: readonly LabeledPrompt[],
  objective: string,
): ObjectiveTraffic {
  const choices = prompts.map(({ prompt, task }): Choice => {
    const request = promptRequest(prompt);
    const before = first.decide(request, { objective });
    const after = second.decide(request, { objective });
    const seen = after.task[0]?.task ?? before.task[0]?.task ?? '(none)';
    return { from: before.model, to: after.model, task: task ?? seen };
  });
  const tasks = [...groupBy(choices, ({ task }) => task)].map(([task, some]) => ({
    task,
    ...countTraffic(some),
  }));
  const moved = choices.filter(({ from, to }) => from !== to);
  const moves = [...groupBy(moved, ({ from, to }) => JSON.stringify([from, to])).values()].map(
    (some) => ({
      from: some[0]?.from ?? null,
      to: some[0]?.to ?? null,
      share: some.length / choices.length,
    }),
  );
  return {
    objective,
    ...countTraffic(choices),
    moves: moves.sort((a, b) => b.share - a.share),
    tasks: tasks.sort((a, b) => b.differing * b.prompts - a.differing * a.prompts),
  };
}

function countTraffic(choices: readonly Choice[]): TrafficDifference {
  const share = (isCounted: (choice: Choice) => boolean): number =>
    choices.filter(isCounted).length / choices.length;
  const models = new Set(choices.flatMap(({ from, to }) => [from, to]));
  const shares = [...models].map((model) => ({
    model,
    first: share(({ from }) => from === model),
    second: share(({ to }) => to === model),
  }));
  return {
    prompts: choices.length,
    differing: share(({ from, to }) => from !== to),
    shares: shares.sort((a, b) => Math.max(b.first, b.second) - Math.max(a.first, a.second)),
  };
}
