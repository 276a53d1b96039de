import { readPolicyFile } from '../../learn/read-policy-file.js';
import type { RosterOptions } from '../../policy/decide/apply-roster.js';
import type { DecideOptions, Decision } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { Policy } from '../../policy/file/policy.js';
import type { Prompt } from '../../llm/chat.js';
import { RoutesmithError } from '../../util/errors.js';
import { checkCombination, checkOptionValue } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import {
  checkLogArguments,
  logOptions,
  openCommandLog,
  type LogArguments,
} from '../options/log-options.js';
import { readPrompt } from '../options/read-prompt.js';
import { policyPositional } from '../options/run-options.js';
import { printDecision, printPolicyReports } from '../print/print-decision.js';
import { escapeControls, print, printJson, printNotice, printWarning } from '../print/print.js';

export const routeCommand = defineCommand({
  usage: 'route <policy> [prompt..]',
  summary: 'Choose the model for a prompt',
  positionals: {
    policy: policyPositional,
    prompt: {
      type: 'string',
      array: true,
      describe: 'Prompt; without one, standard input is read',
    },
  },
  options: {
    objective: { type: 'string', describe: 'Objective of the policy [default: its default]' },
    'max-cost': { type: 'number', minimum: 0, describe: 'Maximum expected cost in USD' },
    'max-latency': { type: 'number', minimum: 0, describe: 'Maximum expected p95 latency in ms' },
    'min-quality': {
      type: 'number',
      minimum: 0,
      maximum: 1,
      describe: 'Minimum estimated quality',
    },
    allow: { type: 'string', array: true, describe: 'Use only these models' },
    deny: { type: 'string', array: true, describe: 'Use none of these models' },
    model: { type: 'string', describe: 'Use this model if it is eligible' },
    task: { type: 'string', describe: "The prompt's task, where it is known" },
    messages: {
      type: 'string',
      describe: 'JSON file with messages or the body of a request, instead of a prompt',
    },
    explain: {
      type: 'boolean',
      default: false,
      describe: 'Explain the choice, and what would change it; with --json, as "explained"',
    },
    pool: {
      type: 'string',
      describe: "Pool file (models.yaml) with current prices, instead of the policy's",
    },
    unavailable: { type: 'string', array: true, describe: 'Models that cannot be used now' },
    ...logOptions,
    'only-model': { type: 'boolean', default: false, describe: 'Print only the model name' },
  },
  examples: [
    ['route runs/demo/demo.policy.json "What is 17 percent of 240?"', 'after "routesmith demo"'],
    ['route runs/demo/demo.policy.json --objective cost --json < prompt.txt', 'as JSON'],
    [
      'route policies/practice-everyday.policy.json "What is 17 percent of 240?" --log runs/log',
      'records the decision; see "routesmith log --help"',
    ],
    [
      'route runs/demo/demo.policy.json --explain "What is 17 percent of 240?"',
      'with an explanation',
    ],
  ],
  async run(args) {
    checkLogArguments(args);
    if (args['only-model']) {
      const { json, explain } = args;
      const others = { json: json || undefined, explain: explain || undefined };
      checkCombination(others, 'only-model', 'It prints the name alone.');
    }
    const loaded = await readPolicyFile(args.policy, await readRoster(args));
    const { policy, reports } = loaded;
    printPolicyReports({ reports });
    const options = buildDecideOptions(args, policy);
    const words = [...(args.prompt ?? []), ...args._.slice(1).map(String)];
    const prompt = await readPrompt(words, args.messages);
    const decision = await decideLogged(loaded, prompt, options, args);
    const explain = args.explain ? await loadExplain() : undefined;
    const explained =
      decision.kind === 'chosen'
        ? explain?.explainDecision(policy, prompt, decision, args.task)
        : undefined;
    if (args.json) printJson(explained === undefined ? decision : { ...decision, explained });
    checkFeasible(decision);
    if (args.json) return;
    if (args['only-model']) print(escapeControls(decision.model));
    else printDecision(decision, policy, args.task);
    if (explained !== undefined) explain?.printExplanation(explained, decision, policy);
  },
});

/** Decides, and with `--log` records the decision. */
async function decideLogged(
  policy: LoadedPolicy,
  prompt: Prompt,
  options: DecideOptions,
  args: LogArguments,
): Promise<Decision> {
  if (args.log === undefined) return policy.decide(prompt, options);
  const log = await openCommandLog(args.log, args, (error) => printWarning(error.message));
  const entry = log.open(policy, { awaitsServed: false });
  const decision = entry.decide(prompt, options);
  await log.close();
  const { decisions, sampledOut } = log.statistics();
  if (decisions > 0) printNotice(escapeControls(`Recorded as ${entry.id} in ${log.directory}.`));
  else if (sampledOut > 0)
    printNotice('Not recorded: it is outside the sampled share of --log-keep.');
  return decision;
}

interface RouteArguments {
  readonly objective: string | undefined;
  readonly maxCost: number | undefined;
  readonly maxLatency: number | undefined;
  readonly minQuality: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly task: string | undefined;
}

/** @throws RoutesmithError `usage` for a name that the policy does not have */
function buildDecideOptions(
  { objective, model, task, allow, deny, maxCost, maxLatency, minQuality }: RouteArguments,
  policy: Policy,
): DecideOptions {
  const ids = policy.models.map(({ id }) => id);
  const objectives = policy.objectives.map(({ name }) => name);
  if (objective !== undefined) checkOptionValue('--objective', objective, objectives);
  if (model !== undefined) checkOptionValue('--model', model, ids);
  if (task !== undefined) checkOptionValue('--task', task, policy.tasks);
  for (const id of allow ?? []) checkOptionValue('--allow', id, ids);
  for (const id of deny ?? []) checkOptionValue('--deny', id, ids);
  return {
    ...(objective !== undefined && { objective }),
    ...(model !== undefined && { model }),
    ...(task !== undefined && { task }),
    constraints: {
      ...(maxCost !== undefined && { maxCostUsd: maxCost }),
      ...(maxLatency !== undefined && { maxLatencyMs: maxLatency }),
      ...(minQuality !== undefined && { minQuality }),
      ...(allow !== undefined && { allow }),
      ...(deny !== undefined && { deny }),
    },
  };
}

/** Reads the current prices and models; loads the pool reader only with `--pool`. */
async function readRoster(args: {
  readonly pool: string | undefined;
  readonly unavailable: readonly string[] | undefined;
}): Promise<RosterOptions> {
  const { pool: file, unavailable } = args;
  if (file === undefined) return unavailable === undefined ? {} : { unavailable };
  const { readPool } = await import('../../measure/models/read-pool.js');
  const { models } = await readPool(file);
  return {
    prices: Object.fromEntries(models.map(({ id, price }) => [id, price])),
    ...(unavailable !== undefined && { unavailable }),
  };
}

async function loadExplain() {
  const [{ explainDecision }, { printExplanation }] = await Promise.all([
    import('../../learn/evaluate/diagnose/explain-decision.js'),
    import('../print/print-explanation.js'),
  ]);
  return { explainDecision, printExplanation };
}

function checkFeasible(
  decision: Decision,
): asserts decision is Extract<Decision, { kind: 'chosen' }> {
  if (decision.kind === 'chosen') return;
  const reasons = decision.excluded.map(({ model, reason }) => `\n    ${model}: ${reason}`);
  throw new RoutesmithError('usage', `no model meets the constraints${reasons.join('')}`, {
    fix: 'Relax one of the constraints.',
  });
}
