import { checkGrader } from '../../measure/graders/check-grader.js';
import { describeMissingTools } from '../../measure/graders/missing-tools.js';
import { readApiKey } from '../../measure/models/read-api-key.js';
import type { Pool } from '../../measure/models/model.js';
import { readPool } from '../../measure/models/read-pool.js';
import { readHumanLabels } from '../../measure/outcomes/read-human-labels.js';
import { findUnsendablePart } from '../../measure/sweep/calls/build-pool-request.js';
import { checkComplete } from '../../measure/sweep/check-complete.js';
import { readJudge } from '../../measure/sweep/grading-tools.js';
import { findUncapped } from '../../measure/sweep/preflight.js';
import type { SweepSettings } from '../../measure/sweep/run-sweep.js';
import type { Example, GraderSpec } from '../../measure/tasks/example.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import type { AuditDraw } from '../../review/audit/draw-audit.js';
import { finishAudit } from '../../review/audit/finish-audit.js';
import { openAudit } from '../../review/audit/open-audit.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import type { AuditArguments } from '../options/audit-options.js';
import { checkOptionValue } from '../options/check-arguments.js';
import { printAudit } from '../print/print-audit.js';
import { describeJudgeSpend, printJudgeSpend } from '../print/print-judge.js';
import {
  escapeControls,
  printJson,
  printNotice,
  printWarning,
  printWrapped,
} from '../print/print.js';
import { describeCost, printBudget } from '../print/print-sweep.js';
import {
  checkGradable,
  warnOfOtherPrompts,
  warnOfUngraded,
  warnOfUnused,
  warnOfUnusedPrompts,
  warnOfUnusedRubric,
} from './check-audit.js';
import { noteNoBudget, sweep } from './show-sweep.js';

const defaultRubric =
  'A good answer is correct and complete, does what was asked, and follows the given format.';

/** Draws requests of a log or those drawn before, asks the models about them, and prints the report. */
export async function runAudit(args: AuditArguments): Promise<void> {
  const pool = await readPool(args.pool);
  const models = pool.models.map(({ id }) => id);
  if (args.baseline !== undefined) checkOptionValue('--baseline', args.baseline, models);
  const out = args.out ?? `${args.log.replace(/[/\\]+$/, '')}-audit`;
  const labels =
    args.human === undefined ? [] : await readHumanLabels(args.human, { allowOpen: true });
  const { taskSet, audit } = await openGradable(out, pool, args);
  const settings: SweepSettings = {
    taskSet,
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
  const swept = { run: out, sweep: summary, ...(judge && { judge }) };
  const report = await finishAudit(out, {
    labels,
    seed: args.seed,
    ...(args.baseline !== undefined && { baseline: args.baseline }),
    ...(args.labels !== undefined && { labelCount: args.labels }),
  }).catch((error: unknown) => {
    // What was paid is known also where nothing came of it.
    printNotice(describeCost(summary.totals, judge, 'command'));
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
  warnOfUnused(args, { picked: audit.picked?.length ?? 0, grading: report.grading });
  if (args.json) printJson({ ...report, ...swept });
  else {
    printAudit(report, { run: out, examples: args.examples });
    printWrapped(describeCost(summary.totals, judge, 'command'));
    printJudgeSpend(judge);
    printBudget(summary);
  }
  checkComplete(summary, pool);
}

/**
 * Begins or continues the audit in a folder, and warns of what will not be graded or used.
 *
 * @throws RoutesmithError `usage` where no answer can be graded
 */
async function openGradable(out: string, pool: Pool, args: AuditArguments): Promise<AuditDraw> {
  const prompts = args.prompts === undefined ? undefined : await readPromptStore(args.prompts);
  // Before the draw, whose requests keep the graders that this command gives them.
  const judgeModel = await readJudge(args);
  if (judgeModel !== undefined) readApiKey(judgeModel, process.env);
  const protocols = [...new Set(pool.models.map(({ protocol }) => protocol))];
  const opened = await openAudit(out, {
    log: args.log,
    models: pool.models.map(({ id }) => id),
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
  const { taskSet, audit, isContinued } = opened;
  if (isContinued) {
    const drawn = formatCount(audit.drawn.length, 'request');
    printNotice(
      `Continuing the audit in ${escapeControls(out)}: its ${drawn} with their prompts and graders stay.`,
    );
  }
  warnOfUnusedRubric(args, opened);
  if (!isContinued) {
    warnOfUnusedPrompts(prompts, audit);
    warnOfOtherPrompts(audit);
    warnOfUngraded(audit);
  }
  const tools = { judge: args.judge !== undefined, sandbox: args.allowCode };
  for (const warning of describeMissingTools(taskSet.examples, tools)) printWarning(warning);
  await checkGradable(out, taskSet.examples, tools);
  return opened;
}

async function readPromptStore(file: string): Promise<ReadonlyMap<string, Example>> {
  const { examples } = await readTaskSet(file, { checkGrader });
  return new Map(examples.map((example) => [example.id, example]));
}

/** The grader of requests that name none: a judge without references, where there is a judge. */
function describeGrader({ judge, rubric }: AuditArguments): GraderSpec | undefined {
  if (judge === undefined) return undefined;
  return { name: 'judge', options: { rubric: rubric ?? defaultRubric } };
}
