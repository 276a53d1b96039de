import type { AuditReport } from '../../review/audit/compute-audit-report.js';
import { formatCount, formatQuality } from '../../util/format-number.js';
import { print, printWrapped, style } from './print.js';

/** Prints the requests that other models answered best. */
export function printExamples(report: AuditReport, count: number): void {
  const { examples, grading, noise, total } = report;
  const grades = grading.corrected ? " by the judge's grades alone" : '';
  const varies = noise !== null && noise.deviation > 0;
  const title = varies ? 'Requests that others answered best' : 'Decisions that lost most';
  print(`\n${style('bold', `${title}${grades}:`)}`);
  if (varies && examples.length > 0) {
    const more =
      total.regret.low > 0 ? '' : ', and all together are no more than chance would give';
    printWrapped(`Single ones may be chance${more}.`, 2);
  }
  if (examples.length === 0) printWrapped(describeNoExamples(report), 2);
  for (const example of examples.slice(0, count)) {
    const { id, task, served, better, quality, betterQuality, prompt } = example;
    printWrapped(
      `${id} (${task}): ${served} ${formatQuality(quality)}, ${better} ${formatQuality(betterQuality)}`,
      2,
    );
    printWrapped(prompt, 4);
  }
}

function describeNoExamples({ audited, unknownCosts, noise }: AuditReport): string {
  const compared = audited - unknownCosts.uncompared;
  if (compared === 0) return 'not known: no request has all the costs that this takes';
  const repeated = noise !== null && noise.deviation > 0 ? ' in repeated answers' : '';
  const among =
    unknownCosts.uncompared === 0
      ? ''
      : ` among the ${formatCount(compared, 'request')} whose costs are known`;
  return `none${among}: no other model was better for the same money${repeated}`;
}
