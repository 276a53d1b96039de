import type { ListedModel } from '../../measure/models/listing/listed-model.js';
import type { TaskSetDraft } from '../../measure/setup/draft-task-set.js';
import type { GraderProposal } from '../../measure/setup/propose-grader.js';
import { describeKinship } from '../../measure/sweep/grading-tools.js';
import type { Source } from '../../measure/setup/read-source.js';
import type { SourceMapping } from '../../measure/setup/source-mapping.js';
import { isBlankCell } from '../../measure/tables/blank-cell.js';
import { listColumns } from '../../measure/tables/column-map.js';
import { formatCount, formatPrice, formatWhole } from '../../util/format-number.js';
import type { InitResult, InitSettings } from './run-init.js';

import {
  escapeControls,
  formatTable,
  print,
  printWarning,
  printWrapped,
  textColumn,
} from '../print/print.js';
import { quoteWord } from '../../util/quote-word.js';

const kindTexts = {
  table: '',
  langfuse: ' (an export of Langfuse)',
  langsmith: ' (an export of LangSmith)',
  mlflow: ' (inputs and expected answers as in MLflow)',
} as const;

/** Prints what was read, which columns were taken for what, and what was left out. */
export function printDraft(source: Source, mapping: SourceMapping, draft: TaskSetDraft): void {
  const { table, kind } = source;
  print(escapeControls(`${table.file}${kindTexts[kind]}: ${formatCount(draft.rows, 'row')}`));
  for (const note of table.notes) printWrapped(note, 2);
  const used = listUsedColumns(mapping, draft);
  const columns = Object.entries(used).map(([field, column]) => `${field} = "${column}"`);
  printWrapped(`Columns: ${columns.join(', ')}`);
  if (draft.idProblem !== undefined) {
    printWrapped(`Not used as ids: "${mapping.id}", since ${draft.idProblem}`);
  }
  const unused = listUnusedColumns(source, mapping);
  if (unused.length > 0) {
    const hint = mapping.task === undefined ? ` (a column of labels: --map task=COLUMN)` : '';
    printWrapped(`Not used: ${listColumns(unused)}${hint}`);
  }
  const members = [...draft.unusedMembers].map(([name, count]) => `${name} (${count})`);
  if (members.length > 0) {
    printWrapped(
      `Not part of the prompts: the members ${members.join(', ')} of "${mapping.prompt}"`,
    );
  }
  for (const { label, mergedSpellings } of draft.labels) {
    if (mergedSpellings.length === 0) continue;
    const others = mergedSpellings.map((name) => `"${name}"`).join(', ');
    print(escapeControls(`Merged into the task "${label}": ${others}`));
  }
  for (const line of describeDropped(draft)) printWrapped(line);
}

/** The mapping without a column of ids that holds something else. */
function listUsedColumns({ id, ...others }: SourceMapping, draft: TaskSetDraft): SourceMapping {
  return id === undefined || draft.idProblem !== undefined ? others : { ...others, id };
}

/** Columns that hold no field. Of an export, which has many, those that are not empty. */
function listUnusedColumns({ table, kind }: Source, mapping: SourceMapping): readonly string[] {
  const used = new Set<string>(Object.values(mapping));
  const unused = table.columns.filter((column) => !used.has(column));
  if (kind === 'table') return unused;
  return unused.filter((column) =>
    table.rows.some(({ members }) => members.ok && !isBlankCell(members.value[column])),
  );
}

function describeDropped({ dropped, differing }: TaskSetDraft): string[] {
  const { empty, duplicates, contradictions, unreadable, toolCalls } = dropped;
  const lines: string[] = [];
  if (empty > 0) lines.push(`Left out: ${formatCount(empty, 'row')} without a prompt`);
  const exact = duplicates.length - differing.lines.length;
  if (exact > 0) lines.push(`Left out: ${formatCount(exact, 'exact duplicate')}`);
  if (differing.lines.length > 0) {
    lines.push(
      `Left out: ${formatCount(differing.lines.length, 'row')} equal to others in the prompt and the ` +
        `answer, which differ in ${listColumns(differing.columns)}: lines ${listSome(differing.lines)}`,
    );
  }
  if (contradictions.length > 0) {
    lines.push(
      `Left out: ${formatCount(contradictions.length, 'row')} with the same prompt and different ` +
        `answers: lines ${listSome(contradictions)}`,
    );
  }
  if (toolCalls.length > 0) {
    lines.push(
      `Left out: ${formatCount(toolCalls.length, 'row')} whose answer is a tool call, which you can add ` +
        `with the grader tool_call: lines ${listSome(toolCalls)}`,
    );
  }
  if (unreadable.length > 0) {
    lines.push(`Left out: ${formatCount(unreadable.length, 'row')} that cannot be read:`);
    for (const { line, problem } of unreadable.slice(0, 5))
      lines.push(`  line ${line}: ${problem}`);
  }
  return lines;
}

function listSome(lines: readonly number[]): string {
  const more = lines.length > 8 ? ` and ${lines.length - 8} more` : '';
  return `${lines.slice(0, 8).join(', ')}${more}`;
}

/** The graders by label, one line each, with the reason below. */
export function formatProposals(proposals: readonly GraderProposal[]): string {
  return proposals
    .map(({ label, examples, ungradable, grader, reason }) => {
      const { without, unreadable } = countUngradable(ungradable);
      const counts =
        examples.length === 0
          ? [formatCount(ungradable.length, 'prompt')]
          : [
              formatCount(examples.length, 'prompt'),
              ...(without > 0 ? [`${formatWhole(without)} more without an expected answer`] : []),
              ...(unreadable > 0 ? [`${formatWhole(unreadable)} more left out`] : []),
            ];
      const name = grader?.name ?? 'left out';
      return `${label ?? '(no label)'}: ${name} (${counts.join(', ')})\n  ${reason}`;
    })
    .join('\n');
}

/** The price of a listed model in a few words. */
export function describeListedPrice({ price }: ListedModel): string {
  if (price.kind === 'unknown') return `price unknown: ${price.reason}`;
  if (price.kind === 'free') return 'free, on your own server';
  return `${formatPrice(price.inputPerMillionUsd)} in, ${formatPrice(price.outputPerMillionUsd)} out per million tokens`;
}

/** A table of listed models. */
export function formatListedModels(models: readonly ListedModel[]): string {
  return formatTable(
    [textColumn('model'), 'input', 'output', 'context', textColumn('can')],
    models.map(({ model, price, contextWindow, capabilities }) => [
      model,
      price.kind === 'listed' ? formatPrice(price.inputPerMillionUsd) : price.kind,
      price.kind === 'listed' ? formatPrice(price.outputPerMillionUsd) : price.kind,
      contextWindow === undefined ? '-' : formatWhole(contextWindow),
      capabilities === undefined
        ? '-'
        : Object.entries(capabilities)
            .flatMap(([name, has]) => (has ? [name] : []))
            .join(' '),
    ]),
  );
}

interface Ungradable {
  /** How many have no expected answer. */
  readonly without: number;
  /** How many have one that the grader of their task does not read. */
  readonly unreadable: number;
}

function countUngradable(examples: GraderProposal['ungradable']): Ungradable {
  const without = examples.filter(({ reference }) => reference === undefined).length;
  return { without, unreadable: examples.length - without };
}

/** The number of prompts that are in the task set, and of those that nothing can grade. */
function countExamples(proposals: readonly GraderProposal[]): Ungradable & { kept: number } {
  const kept = proposals
    .filter(({ grader }) => grader !== undefined)
    .reduce((sum, { examples }) => sum + examples.length, 0);
  return { kept, ...countUngradable(proposals.flatMap(({ ungradable }) => ungradable)) };
}

/** Prints the graders, the models and the files that were written. */
export function printInit(settings: InitSettings, result: InitResult): void {
  const { proposals, models, judge, check } = result;
  const { tasksFile, poolFile, judgeFile } = settings;
  const { kept, without, unreadable } = countExamples(proposals);
  print(escapeControls(`\n${formatProposals(proposals)}`));
  print(`\n${formatListedModels(models)}\n  Prices in USD per million tokens.`);
  print(`\nWrote ${tasksFile}: ${formatCount(kept, 'prompt')}.`);
  if (without > 0) {
    // A judge grades tasks without any expected answer; where others have one, it is of no help.
    const hint = proposals.some(({ grader }) => grader === undefined)
      ? 'Add answers to the file, or --judge MODEL to have a model grade the tasks that have none.'
      : 'The others of their task have one; add theirs to the file.';
    print(`Left out: ${formatCount(without, 'prompt')} without an expected answer.\n  ${hint}`);
  }
  if (unreadable > 0) {
    const count = formatCount(unreadable, 'prompt');
    printWrapped(
      `Left out: ${count} with an expected answer that the grader of their task cannot read. ` +
        'Correct these answers, or give their prompts a task of their own.',
      0,
      2,
    );
  }
  for (const suspicion of check.suspicions) printWrapped(`Note: ${suspicion}`, 0, 2);
  for (const { place, problem } of check.failing) print(escapeControls(`  ${place}: ${problem}`));
  print(`Wrote ${poolFile}: ${formatCount(models.length, 'model')}.`);
  if (judge !== undefined) {
    print(escapeControls(`Wrote ${judgeFile}: ${judge.model}.`));
    const kinship = describeKinship(
      judge.model,
      models.map(({ model }) => model),
    );
    if (kinship !== undefined) printWarning(kinship);
  }
  const judged = judge === undefined ? '' : ` --judge ${quoteWord(judgeFile)}`;
  print('\nNext, what the sweep would cost:');
  print(
    `  routesmith sweep --tasks ${quoteWord(tasksFile)} --pool ${quoteWord(poolFile)}${judged} --out runs/first --dry-run`,
  );
}

/** The result in JSON. */
export function buildInitJson(settings: InitSettings, result: InitResult): unknown {
  const { source, mapping, draft, proposals, models, judge, check } = result;
  const { rows, dropped, labels } = draft;
  return {
    tasks: settings.tasksFile,
    pool: settings.poolFile,
    judge: judge === undefined ? null : settings.judgeFile,
    columns: listUsedColumns(mapping, draft),
    unusedColumns: listUnusedColumns(source, mapping),
    unusedMembers: Object.fromEntries(draft.unusedMembers),
    idProblem: draft.idProblem ?? null,
    notes: source.table.notes,
    leftOut: describeDropped(draft),
    rows,
    examples: check.tasks,
    dropped: {
      empty: dropped.empty,
      duplicates: dropped.duplicates.length,
      contradictions: dropped.contradictions.length,
      unreadable: dropped.unreadable.length,
      toolCalls: dropped.toolCalls.length,
      ungradable: proposals.reduce((sum, { ungradable }) => sum + ungradable.length, 0),
    },
    labels,
    graders: proposals.map(({ label, grader, reason, examples }) => ({
      label: label ?? null,
      grader: grader ?? null,
      reason,
      examples: examples.length,
    })),
    models,
    failing: check.failing,
    suspicions: check.suspicions,
  };
}
