import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { Example, GraderSpec } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import { checkOptionValue } from '../options/check-arguments.js';
import { defineCommand } from '../options/define-command.js';
import { gradingOptions } from '../options/grading-options.js';
import { escapeControls, printJson, printNotice, printWarning } from '../print/print.js';
import { noteNoBudget, sweep } from './show-sweep.js';

const defaultRubric =
  'A good answer is correct and complete, does what was asked, and follows the given format.';

export const auditCommand = defineCommand({
  usage: 'audit <log>',
  summary: 'Ask other models a sample of logged requests, and say whether routing was right',
  positionals: {
    log: { type: 'string', demandOption: true, describe: 'Folder of a decision log' },
  },
  options: {
    pool: { type: 'string', demandOption: true, describe: 'Models to ask: models.yaml' },
    out: {
      type: 'string',
      defaultDescription: 'the log\'s name and "-audit"',
      describe: 'Run folder; continues the audit that it holds',
    },
    sample: {
      type: 'number',
      default: 400,
      whole: true,
      minimum: 20,
      describe: 'Requests to draw: half at random, half where the decision was close',
    },
    repeats: {
      type: 'number',
      default: 2,
      whole: true,
      minimum: 1,
      describe: 'Answers per request and model; with one, chance cannot be told from mistakes',
    },
    budget: {
      type: 'number',
      minimum: 0,
      describe: 'Maximum cost of the audit in USD [default: none]',
    },
    prompts: {
      type: 'string',
      describe: 'Task set with the prompts, graders and references, by the id of the request',
    },
    rubric: {
      type: 'string',
      describe: 'What makes a good answer, for the judge of requests without a grader',
    },
    ...gradingOptions,
    human: {
      type: 'string',
      describe: 'Labels by people, to correct the judge: to-label.jsonl of the run, filled in',
    },
    baseline: {
      type: 'string',
      describe: "Single model to compare with [default: the policy's baseline]",
    },
    labels: {
      type: 'number',
      whole: true,
      minimum: 20,
      describe: 'Requests to pick for people [default: 5 %, at least 20]',
    },
    examples: {
      type: 'number',
      default: 0,
      whole: true,
      minimum: 0,
      describe: 'Print this many of the decisions that lost the most quality',
    },
    seed: {
      type: 'number',
      default: 1,
      whole: true,
      minimum: 0,
      describe: 'Seed of the sample',
    },
    concurrency: {
      type: 'number',
      default: defaultConcurrency,
      whole: true,
      minimum: 1,
      maximum: 1000,
      describe: 'Maximum number of in-flight calls',
    },
  },
  examples: [
    [
      'audit logs --pool models.yaml --budget 5 --judge judge.yaml',
      'a log at level "prompts"; asks every model of the pool',
    ],
    [
      'audit logs --pool models.yaml --budget 5 --judge judge.yaml --human logs-audit/to-label.jsonl',
      'the same audit, its judge corrected by people',
    ],
    [
      'audit logs --pool models.yaml --prompts store.jsonl --out runs/week-48',
      'prompts and references from your own store, by id',
    ],
  ],
  async run(args) {
    const [
      { readPool },
      { findUnsendablePart },
      { findUncapped },
      { describeMissingTools },
      { readJudge },
      { readApiKey },
      { openAudit },
      { finishAudit },
      { readHumanLabels },
      { printAudit },
      { describeJudgeSpend, printJudgeSpend },
      { checkGradable, warnOfUngraded, warnOfUnused, warnOfUnusedRubric },
    ] = await Promise.all([
      import('../../measure/models/read-pool.js'),
      import('../../measure/sweep/calls/build-pool-request.js'),
      import('../../measure/sweep/preflight.js'),
      import('../../measure/graders/missing-tools.js'),
      import('../../measure/sweep/grading-tools.js'),
      import('../../measure/models/read-api-key.js'),
      import('../../review/audit/open-audit.js'),
      import('../../review/audit/finish-audit.js'),
      import('../../measure/outcomes/read-human-labels.js'),
      import('../print/print-audit.js'),
      import('../print/print-judge.js'),
      import('./check-audit.js'),
    ]);
    const pool = await readPool(args.pool);
    const models = pool.models.map(({ id }) => id);
    const protocols = [...new Set(pool.models.map(({ protocol }) => protocol))];
    if (args.baseline !== undefined) checkOptionValue('--baseline', args.baseline, models);
    const out = args.out ?? `${args.log.replace(/[/\\]+$/, '')}-audit`;
    const labels =
      args.human === undefined ? [] : await readHumanLabels(args.human, { allowOpen: true });
    const prompts = args.prompts === undefined ? undefined : await readPromptStore(args.prompts);
    // Before the draw, whose requests keep the graders that this command gives them.
    const judgeModel = await readJudge(args);
    if (judgeModel !== undefined) readApiKey(judgeModel, process.env);
    const opened = await openAudit(out, {
      log: args.log,
      models,
      size: args.sample,
      seed: args.seed,
      findUnsendable: (prompt) =>
        protocols
          .map((protocol) => findUnsendablePart(protocol, prompt))
          .find((problem) => problem !== undefined) ??
        (args.budget === undefined ? undefined : findUncapped(pool.models, prompt)?.problem),
      grader: describeGrader(args),
      ...(prompts && { prompts }),
    });
    if (opened.isContinued) {
      const drawn = formatCount(opened.audit.drawn.length, 'request');
      printNotice(
        `Continuing the audit in ${escapeControls(out)}: its ${drawn} with their prompts and graders stay.`,
      );
    }
    warnOfUnusedRubric(args, opened);
    if (!opened.isContinued) warnOfUngraded(opened.audit);
    const tools = { judge: args.judge !== undefined, sandbox: args.allowCode };
    for (const warning of describeMissingTools(opened.taskSet.examples, tools)) {
      printWarning(warning);
    }
    await checkGradable(out, opened.taskSet.examples, tools);
    const settings: SweepSettings = {
      taskSet: opened.taskSet,
      pool,
      runDirectory: out,
      concurrency: args.concurrency,
      repeats: args.repeats,
      seed: args.seed,
      environment: process.env,
      ...(args.budget !== undefined && { budgetUsd: args.budget }),
    };
    await noteNoBudget(settings, args);
    const { summary, judge } = await sweep(settings, args, undefined);
    const { checkComplete } = await import('../../measure/sweep/check-complete.js');
    const swept = { run: out, sweep: summary, ...(judge && { judge }) };
    const report = await finishAudit(out, {
      labels,
      seed: args.seed,
      ...(args.baseline !== undefined && { baseline: args.baseline }),
      ...(args.labels !== undefined && { labelCount: args.labels }),
    }).catch((error: unknown) => {
      // What was paid is known also where nothing came of it.
      if (judge !== undefined) printNotice(describeJudgeSpend(judge));
      if (!RoutesmithError.isInstance(error) || error.code !== 'insufficient_data') throw error;
      if (args.json) printJson(swept);
      // Too few are complete because the sweep ended early: that says how to go on.
      try {
        checkComplete(summary, pool);
      } catch (early) {
        printWarning(`There is no report. ${error.message.split('\n')[0]}`);
        throw early;
      }
      throw error;
    });
    warnOfUnused(args, { picked: opened.audit.picked?.length ?? 0, grading: report.grading });
    if (args.json) printJson({ ...report, ...swept });
    else {
      printAudit(report, { run: out, examples: args.examples });
      printJudgeSpend(judge);
    }
    checkComplete(summary, pool);
  },
});

async function readPromptStore(file: string): Promise<ReadonlyMap<string, Example>> {
  const [{ readTaskSet }, { checkGrader }] = await Promise.all([
    import('../../measure/tasks/read-task-set.js'),
    import('../../measure/graders/check-grader.js'),
  ]);
  const { examples } = await readTaskSet(file, { checkGrader });
  return new Map(examples.map((example) => [example.id, example]));
}

/** The grader of requests that name none: a judge without references, where there is a judge. */
function describeGrader({
  judge,
  rubric,
}: {
  readonly judge: string | undefined;
  readonly rubric: string | undefined;
}): GraderSpec | undefined {
  if (judge === undefined) return undefined;
  return { name: 'judge', options: { rubric: rubric ?? defaultRubric } };
}
