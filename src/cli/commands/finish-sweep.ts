import type { AddedModel } from '../../learn/adaptive/added/added-record.js';
import type { RunResults } from '../../measure/outcomes/model-summaries.js';
import type { SweptModels } from '../../measure/sweep/describe-remedy.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { print, printJson } from '../print/print.js';
import type { SweepResults } from './show-sweep.js';
import { quoteWord } from '../../util/quote-word.js';

/** @throws RoutesmithError unless all cells are settled */
export async function finish(
  summary: SweepSummary,
  args: SweptModels & {
    readonly json: boolean;
    readonly out: string;
    readonly results: RunResults;
    readonly hasSkippedModels?: boolean;
  },
): Promise<void> {
  const [{ checkComplete }, { suggestGrading }] = await Promise.all([
    import('../../measure/sweep/check-complete.js'),
    import('../options/run-options.js'),
  ]);
  checkComplete(summary, args);
  if (args.json) return;
  const { models, ungraded } = args.results;
  const isUngraded = models.every(({ outcomes }) => outcomes === 0) && ungraded.length > 0;
  const next = isUngraded
    ? suggestGrading(args.out, ungraded)
    : `routesmith evaluate ${quoteWord(args.out)}`;
  print(`\nNext: ${next}`);
}

/** Prints what a sweep has measured, or its JSON. */
export async function printResults(
  summary: SweepSummary,
  {
    judge,
    record,
    repeats,
    added,
  }: Omit<SweepResults, 'summary'> & {
    /** Of a sweep that adds a model to its run. */
    readonly added?: AddedModel;
  },
  json: boolean,
): Promise<RunResults> {
  const [{ readRunResults }, { printSweep }, { printJudgeSpend }] = await Promise.all([
    import('../../measure/outcomes/model-summaries.js'),
    import('../print/print-sweep.js'),
    import('../print/print-judge.js'),
  ]);
  const results = await readRunResults(summary.runDirectory);
  if (json) {
    printJson({
      ...summary,
      results: results.models,
      ungraded: results.ungraded,
      ...(judge && { judge }),
      ...(record && { adaptive: record }),
      ...(repeats && { repeats }),
      ...(added && { added }),
    });
    return results;
  }
  printSweep(summary, results, judge);
  printJudgeSpend(judge);
  if (repeats !== undefined) {
    const { printRepeats } = await import('../print/print-repeats.js');
    printRepeats(repeats);
  }
  if (record !== undefined) {
    const { printAdaptive } = await import('../print/print-adaptive.js');
    printAdaptive(record, judge !== undefined);
  }
  if (added !== undefined) {
    const { printAdded } = await import('../print/print-added.js');
    printAdded(added);
  }
  return results;
}
