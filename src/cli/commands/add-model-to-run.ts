import { checkHasTools } from '../../measure/graders/missing-tools.js';
import type { GradingToolsSettings } from '../../measure/sweep/grading-tools.js';
import { defaultConcurrency } from '../../util/run-workers.js';
import type { AddModelSettings } from '../options/add-model-options.js';
import { describeAddedEstimate } from '../print/print-added.js';
import { print, printJson, printNotice, printWrapped } from '../print/print.js';
import { finish, printResults } from './finish-sweep.js';
import { showSweep } from './show-sweep.js';
import { planAddedModel, sweepAddedModel } from './sweep-added-model.js';

export interface AddModelRequest extends GradingToolsSettings {
  readonly concurrency: number | undefined;
  readonly seed: number;
  readonly budget: number | undefined;
  readonly 'dry-run': boolean;
  readonly json: boolean;
  readonly log: string | undefined;
}

/** Quotes what adding a model costs, adds it, and prints what is expected of it. */
export async function addModelToRun(
  addition: AddModelSettings,
  args: AddModelRequest,
): Promise<void> {
  const sweep = await planAddedModel(
    addition,
    {
      concurrency: args.concurrency ?? defaultConcurrency,
      seed: args.seed,
      environment: process.env,
      ...(args.budget !== undefined && { budgetUsd: args.budget }),
    },
    args,
  );
  const tools = { judge: args.judge !== undefined, sandbox: args.allowCode };
  checkHasTools(sweep.settings.taskSet.examples, tools, '--add-model');
  const quote = describeAddedEstimate(sweep.estimate);
  if (args['dry-run']) {
    if (args.json) printJson({ addModel: sweep.estimate });
    else {
      printWrapped(quote);
      print('Dry run: nothing was called or written.');
    }
    return;
  }
  printNotice(quote);
  const { summary, added, judge } = await showSweep(sweep.settings, args, args.log, (run) =>
    sweepAddedModel(sweep, run),
  );
  const results = await printResults(summary, { judge, added }, args.json);
  await finish(summary, {
    json: args.json,
    out: addition.runDirectory,
    results,
    models: sweep.settings.pool.models,
  });
}
