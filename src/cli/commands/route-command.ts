import { RoutesmithError } from '../../util/errors.js';
import { checkName } from '../options/check-name.js';
import { defineCommand } from './define-command.js';
import { printDecision } from '../print/print-decision.js';
import { describeReport } from '../print/policy-warnings.js';
import { print, printJson, printNotice } from '../print/print.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { readPrompt } from '../options/read-prompt.js';
import { readRosterOptions, rosterOptions } from '../options/roster-options.js';

export const routeCommand = defineCommand({
  usage: 'route <policy> [prompt..]',
  summary: 'Decide which model to use for a prompt',
  positionals: {
    policy: { type: 'string', demandOption: true, describe: 'Policy file' },
    prompt: {
      type: 'string',
      array: true,
      describe: 'The prompt; "-", or none at all, reads standard input',
    },
  },
  options: {
    objective: { type: 'string', describe: "One of the policy's objectives" },
    'max-cost': { type: 'number', minimum: 0, describe: 'Highest expected cost in USD' },
    'max-latency': { type: 'number', minimum: 0, describe: 'Longest expected p95 latency in ms' },
    'min-quality': {
      type: 'number',
      minimum: 0,
      maximum: 1,
      describe: 'Lowest estimated quality',
    },
    allow: { type: 'string', array: true, describe: 'Only these models' },
    deny: { type: 'string', array: true, describe: 'None of these models' },
    model: { type: 'string', describe: 'The model to use, if it may be used' },
    messages: {
      type: 'string',
      describe: 'JSON file with messages, or { messages, tools }, instead of a prompt',
    },
    explain: {
      type: 'boolean',
      default: false,
      describe: 'Also show what spoke for the choice, and what would have changed it',
    },
    ...rosterOptions,
    'only-model': { type: 'boolean', default: false, describe: "Print the model's name only" },
  },
  examples: [
    ['route runs/demo/demo.policy.json "What is 12 times 12?"', 'after "routesmith demo"'],
    ['route runs/demo/demo.policy.json --objective cost --json < prompt.txt', 'for machines'],
    ['route runs/demo/demo.policy.json --explain "What is 12 times 12?"', 'and why'],
  ],
  async run(args) {
    const roster = await readRosterOptions(args);
    const { policy, decide, reports } = await readPolicyFile(args.policy, roster);
    for (const report of reports) printNotice(describeReport(report));
    const ids = policy.models.map(({ id }) => id);
    const objectives = policy.objectives.map(({ name }) => name);
    if (args.objective !== undefined) checkName('--objective', args.objective, objectives);
    if (args.model !== undefined) checkName('--model', args.model, ids);
    for (const id of args.allow ?? []) checkName('--allow', id, ids);
    for (const id of args.deny ?? []) checkName('--deny', id, ids);
    const words = [...(args.prompt ?? []), ...args._.slice(1).map(String)];
    const prompt = await readPrompt(words, args.messages);
    const decision = decide(prompt, {
      ...(args.objective !== undefined && { objective: args.objective }),
      ...(args.model !== undefined && { model: args.model }),
      constraints: {
        ...(args['max-cost'] !== undefined && { maxCostUsd: args['max-cost'] }),
        ...(args['max-latency'] !== undefined && { maxLatencyMs: args['max-latency'] }),
        ...(args['min-quality'] !== undefined && { minQuality: args['min-quality'] }),
        ...(args.allow !== undefined && { allow: args.allow }),
        ...(args.deny !== undefined && { deny: args.deny }),
      },
    });
    const explanation =
      args.explain && decision.kind === 'chosen'
        ? (await import('../../learn/evaluate/diagnose/explain-decision.js')).explainDecision(
            policy,
            prompt,
            decision,
          )
        : undefined;
    if (args.json) printJson(explanation === undefined ? decision : { ...decision, explanation });
    if (decision.kind === 'no_feasible_model') {
      const reasons = decision.excluded.map(({ model, reason }) => `\n    ${model}: ${reason}`);
      throw new RoutesmithError('usage', `no model meets the constraints${reasons.join('')}`, {
        fix: 'Relax one of the constraints.',
      });
    }
    if (args.json) return;
    if (args['only-model']) print(decision.model);
    else printDecision(decision, policy);
    if (explanation !== undefined) {
      const { printExplanation } = await import('../print/print-explanation.js');
      printExplanation(explanation, decision, policy);
    }
  },
});
