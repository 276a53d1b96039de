import { join } from 'node:path';
import { toLabelFileName } from '../../review/audit/label-file.js';
import type { AuditReport, TaskAudit } from '../../review/audit/compute-audit-report.js';
import { isForModel } from '../../review/audit/read-candidates.js';
import { describeTaskLabels } from '../../review/estimates/logged-outcome.js';
import {
  formatCostPerThousand,
  formatCount,
  formatInterval,
  formatPercent,
  formatPercentTenths,
  formatQuality,
  formatShareInterval,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { printExamples } from './print-audit-examples.js';
import { printLosses } from './print-log.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printWrapped,
  style,
  textColumn,
} from './print.js';
import { quoteWord } from '../../util/quote-word.js';

/** Prints what an audit found, on one page. */
export function printAudit(
  report: AuditReport,
  { run, examples }: { readonly run: string; readonly examples: number },
): void {
  if (report.simulated) print(`${describeSimulated()}\n`);
  if (report.logTotals !== null) printLosses(report.logTotals);
  for (const sentence of describeAudit(report)) printWrapped(sentence);
  print();
  printMoney(report);
  if (report.tasks.length > 0) printTasks(report.tasks);
  printModels(report);
  for (const note of describeNotes(report, run)) printWrapped(note);
  if (examples > 0) printExamples(report, examples);
  print(
    `\nNext: routesmith train RUN --add ${escapeControls(quoteWord(run))} --out new.policy.json`,
  );
}

/** The answer in two sentences. */
export function describeAudit({
  represented,
  audited,
  unaudited,
  unknownCosts,
  leftOut,
  from,
  to,
  total,
  reference,
  worstTask,
}: AuditReport): string[] {
  const served = [
    ...(Object.keys(leftOut).some(isForModel) ? ['a model of the pool served'] : []),
    ...(unaudited.models.length > 0 ? [`${joinNames(unaudited.models)} did not serve`] : []),
  ];
  const others = served.length === 0 ? '' : ` that ${served.join(' and ')}`;
  const cost = Number.isFinite(total.costShare.mean)
    ? ` for ${formatPercentTenths(total.costShare.mean)} of its cost`
    : '';
  const worst = worstTask === null ? '' : `; worst task: ${worstTask}`;
  const better = Number.isFinite(total.better.mean)
    ? `${formatInterval(total.better, formatPercentTenths)} would have been answered better by another model for the same money${worst}.`
    : `The costs of ${formatWhole(unknownCosts.uncompared)} of the audited requests are not known, so nothing is said about other models for the same money.`;
  return [
    `Of ${formatCount(represented, 'request')} from ${from.slice(0, 10)} to ${to.slice(0, 10)}${others} ` +
      `(${formatWhole(audited)} audited), routing kept ${formatInterval(total.keptQuality, formatPercentTenths)} ` +
      `of the quality of ${reference}${cost}.`,
    better,
  ];
}

function printMoney({ savedUsd, overspentUsd, reference }: AuditReport): void {
  if (savedUsd === null || overspentUsd === null) return;
  const saved =
    savedUsd >= 0
      ? `Routing saved ${formatUsd(savedUsd)} against ${reference}`
      : `Routing cost ${formatUsd(-savedUsd)} more than ${reference}`;
  printWrapped(
    `${saved}; in hindsight, ${formatUsd(overspentUsd)} more could have been saved with answers as good.`,
  );
  print();
}

function printTasks(tasks: readonly TaskAudit[]): void {
  const isRanked = tasks.some(({ regret }) => Number.isFinite(regret.mean));
  print(style('bold', `By task${isRanked ? ', most quality lost first' : ''} (95 % intervals):`));
  print(
    formatTable(
      [textColumn('task'), 'share', 'kept', 'better elsewhere', 'lost', 'overkill', 'underkill'],
      tasks.map((task) => [
        task.task,
        formatPercent(task.share),
        formatShareInterval(task.keptQuality),
        formatShareInterval(task.better),
        formatQuality(task.regret.mean),
        formatPercent(task.overkill.mean),
        formatPercent(task.underkill.mean),
      ]),
    ),
  );
  print();
}

function printModels({ models, total, reference, betterReference }: AuditReport): void {
  const rows = models.map(({ model, quality, costUsd }) => [
    model,
    formatInterval(quality, formatQuality),
    formatCostPerThousand(costUsd),
  ]);
  const routing = [
    'routing',
    formatInterval(total.quality, formatQuality),
    formatCostPerThousand(total.costUsd.mean),
  ];
  print(formatTable([textColumn('model'), 'quality', '$ / 1,000 requests'], [routing, ...rows]));
  print();
  if (betterReference === null) return;
  printWrapped(
    `The best single model in this audit is ${betterReference}, clearly better than ${reference}: ` +
      `compare with --baseline ${quoteWord(betterReference)}.`,
  );
}

/** What the figures rest on. */
function describeNotes(report: AuditReport, run: string): string[] {
  const { grading, noise, incomplete, leftOut, leftOutModels, referenceReplaces } = report;
  const { unaudited, unknownCosts } = report;
  const labels = describeTaskLabels(report.taskLabels);
  const left = Object.entries(leftOut).map(([why, count]) => {
    const represented = Math.round(report.leftOutRepresented[why] ?? count);
    const standing = represented === count ? '' : ` (for ${formatCount(represented, 'request')})`;
    return `${formatWhole(count)}${standing} ${why}${describeIds(report.leftOutIds[why] ?? [], count)}`;
  });
  return [
    ...(referenceReplaces === null ? [] : [describeReplaced(referenceReplaces, report)]),
    describeNoise(noise),
    ...(grading.judged ? [describeJudge(grading, run)] : []),
    ...(grading.judged && grading.outdated > 0 ? [describeOutdated(grading.outdated)] : []),
    ...(labels === undefined ? [] : [`T${labels.slice(1)}.`]),
    ...(incomplete > 0
      ? [
          `${formatCount(incomplete, 'drawn request')} ${incomplete === 1 ? 'lacks an answer or a grade, and is' : 'lack an answer or a grade, and are'} left out.`,
        ]
      : []),
    ...(leftOutModels.length > 0
      ? [`Left out, for lack of grades: ${leftOutModels.join(', ')}.`]
      : []),
    ...(unaudited.models.length > 0 ? [describeUnaudited(unaudited)] : []),
    ...(Object.keys(unknownCosts.answers).length > 0 ? [describeUnknownCosts(report)] : []),
    ...(report.onlyDecided !== null && report.onlyDecided > 0
      ? [describeOnlyDecided(Math.round(report.onlyDecided))]
      : []),
    ...(left.length > 0 ? [`Logged requests that could not be drawn: ${left.join('; ')}.`] : []),
  ];
}

/** How chance counts where models are compared. */
function describeNoise(noise: AuditReport['noise']): string {
  if (noise === null) {
    return 'Too few requests have repeated answers of every model: chance differences count as mistakes, so the share answered better elsewhere is too high. A whole audit with --repeats 2, the default, tells them apart.';
  }
  if (noise.deviation === 0) {
    return 'Repeated answers always got the same grade, so no difference is chance.';
  }
  const { unrepeated } = noise;
  const single =
    unrepeated === 0
      ? ''
      : ` ${formatCount(unrepeated, 'request')} with a single answer of a model ${unrepeated === 1 ? 'does' : 'do'} not count in better elsewhere, lost and underkill.`;
  return (
    'On each request, the better model is chosen by some of the repeated answers and counted by the others, ' +
    'so that chance alone makes no model better on average. Where the served model is the better one, its ' +
    'varying answers are taken off, too, so these shares can be too low.' +
    single
  );
}

/** ` (turn-1, turn-2, turn-3, ...)` */
export function describeIds(ids: readonly string[], count: number): string {
  if (ids.length === 0) return '';
  return ` (${ids.join(', ')}${count > ids.length ? ', ...' : ''})`;
}

function describeOnlyDecided(count: number): string {
  const [are, they] =
    count === 1 ? ['is a decision', 'it counts'] : ['are decisions', 'they count'];
  return (
    `Of the requests that could be drawn, ${formatWhole(count)} ${are} without an answer in the log, as of ` +
    `POST /v1/route: nobody knows who answered, and ${they} as answered by the chosen model.`
  );
}

function describeUnaudited({ models, represented }: AuditReport['unaudited']): string {
  const lack = models.length === 1 ? 'lacks' : 'lack';
  return (
    `About ${formatCount(represented, 'other request')} of the log ${represented === 1 ? 'was' : 'were'} served by ` +
    `${joinNames(models)}, which ${lack} grades: no figure includes them.`
  );
}

function describeUnknownCosts({ unknownCosts, models: audited }: AuditReport): string {
  const { answers, uncosted, uncompared } = unknownCosts;
  const uncounted = audited.filter(({ costUsd }) => costUsd === null).map(({ model }) => model);
  const models = Object.entries(answers).map(([model, count]) => `${model} ${formatWhole(count)}`);
  const leaveOut = (count: number, figures: string): string =>
    count === 0
      ? ''
      : ` ${formatCount(count, 'request')} ${count === 1 ? 'does' : 'do'} not count in ${figures}.`;
  return (
    'Audited requests on which the cost of a model is not known, because it refused, could not take ' +
    `the prompt, or did not count its tokens: ${models.join(', ')}. Their grades count.` +
    leaveOut(uncosted, 'costs and savings') +
    (uncounted.length === 0
      ? ''
      : ` No cost is given for ${joinNames(uncounted)}: it is not known on all requests that count.`) +
    leaveOut(uncompared, 'better elsewhere, lost, overkill and underkill')
  );
}

function describeReplaced(
  baseline: string,
  {
    reference,
    leftOutModels,
    grading,
  }: Pick<AuditReport, 'reference' | 'leftOutModels' | 'grading'>,
): string {
  const why = leftOutModels.includes(baseline) ? 'lacks grades' : 'is not in the pool';
  return (
    `The policy's baseline ${baseline} ${why}, so routing is compared with ${reference}, which has the ` +
    `best grades ${grading.corrected ? 'of the judge' : 'in this audit'}. Chance helps the best of several, so the share kept may be a little too low.`
  );
}

/** Of labels by people, as in `CurrentLabels`. */
export function describeOutdated(labels: number): string {
  return `Not used: ${formatCount(labels, 'label')} of answers that other answers have replaced since.`;
}

function describeJudge(
  { labeled, picked, corrected, minLabeled }: AuditReport['grading'],
  run: string,
): string {
  if (corrected) {
    return `A judge graded; people's labels of ${formatCount(labeled, 'request')} correct it, in all figures above.`;
  }
  if (picked === 0) {
    return (
      'A judge graded, and nobody has checked it: its errors are not in the intervals. ' +
      `Answers are picked for people once ${minLabeled} requests are complete.`
    );
  }
  const file = quoteWord(join(run, toLabelFileName));
  const checked =
    labeled === 0
      ? 'nobody has checked it'
      : `people labeled all answers of only ${formatCount(labeled, 'picked request')}, too few to correct it`;
  return (
    `A judge graded, and ${checked}: its errors are not in the intervals. Label the answers to ` +
    `${formatCount(picked, 'request')} in ${file} (at least ${minLabeled}, in order), and run this again with --human ${file}.`
  );
}
