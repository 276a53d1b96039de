import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { ModelInfo, RunInfo } from '../../measure/outcomes/run.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { checkMembers, checkSetting, type MemberTypes } from '../../util/check-members.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { version } from '../../version.js';
import { composeReport } from '../report/compose-report.js';
import { measurePolicy } from '../report/measure-policy.js';
import { computeVolume } from '../report/read-volume.js';
import type { Report, ReportedEvaluation } from '../report/report.js';
import { computeOutcomesDigest } from '../train/outcomes-digest.js';
import { computeTrainingData } from '../train/training-data.js';
import { checkKnown } from './train-table.js';

/** What a report shows beside the evaluation, and in which units. */
export interface ReportOptions {
  /** When the report is made. */
  readonly createdAt: Date;
  /** Title of the page. @default "outcomes" */
  readonly name?: string;
  /** Objective in the headline. @default the policy's, or the first that pays */
  readonly objective?: string;
  /** Requests a month that costs are for, above 0. @default costs are for 1,000 requests */
  readonly monthlyRequests?: number;
  /** See `OverkillOptions.margin`. */
  readonly margin?: number;
  /** Whether prompts may be on the page. @default true */
  readonly showPrompts?: boolean;
  /** Includes this policy, with its objectives and its robustness. @default none */
  readonly policy?: LoadedPolicy;
  /** What is known of the table's models, for their prices. @default nothing */
  readonly models?: readonly ModelInfo[];
  /** Seeds the prompts that the policy's robustness is measured on. @default 1 */
  readonly seed?: number;
}

const optionTypes: MemberTypes<keyof ReportOptions> = {
  createdAt: 'object',
  name: 'string',
  objective: 'string',
  monthlyRequests: 'number',
  margin: 'number',
  showPrompts: 'boolean',
  policy: 'object',
  models: 'list',
  seed: 'number',
};

/**
 * Computes the content of a report on a table and its evaluation, which `trainTable` returns. The
 * model in use now is the evaluation's baseline. `renderReport` makes a page of the report.
 *
 * @throws RoutesmithError `invalid_input` for an evaluation of other outcomes, `usage` for an unknown
 * option, model or objective, or an impossible date, margin or number of requests, `insufficient_data` as `trainTable`
 */
export function computeReport(
  table: OutcomeTable,
  evaluation: ReportedEvaluation,
  options: ReportOptions,
): Report {
  checkMembers(options, optionTypes, 'options');
  const { name = 'outcomes', models = [], seed = 1, showPrompts = true, margin, policy } = options;
  const { objective, monthlyRequests } = options;
  checkKnown(models, table);
  const createdAt = writeDate(options.createdAt);
  const isEvaluation = isJsonObject(evaluation as unknown) && Array.isArray(evaluation.models);
  checkSetting(isEvaluation, 'must be an evaluation, as trainTable returns it', 'evaluation');
  if (objective !== undefined) checkObjective(objective, evaluation);
  checkMonthlyRequests(monthlyRequests);
  const volume = computeVolume(monthlyRequests);
  const data = computeTrainingData(table);
  checkEvaluation(evaluation, data.table);
  const outcomesDigest = computeOutcomesDigest(table);
  return composeReport(
    {
      data,
      run: { info: describeTable(table, { name, models, createdAt }), leftOut: new Map() },
      outcomesDigest,
      evaluation,
      policy:
        policy &&
        measurePolicy(policy, { name: policy.digest, data, run: { table }, outcomesDigest, seed }),
    },
    {
      volume,
      showPrompts,
      seed,
      createdAt,
      version,
      command: 'computeReport of a program',
      evaluatedBy: 'by the program that made this report',
      evaluationOrigin: 'program',
      ...(objective !== undefined && { objective }),
      ...(margin !== undefined && { margin }),
    },
  );
}

function writeDate(date: unknown): string {
  const isDate = date instanceof Date && !Number.isNaN(date.getTime());
  checkSetting(isDate, 'must be a valid date: new Date()', 'options, createdAt');
  return date.toISOString();
}

function checkObjective(objective: string, { objectives }: ReportedEvaluation): void {
  const names = objectives.map((known) => known.name);
  if (names.includes(objective)) return;
  throw new RoutesmithError('usage', describeUnknownName(objective, names), {
    where: 'objective',
    fix: 'Name an objective of the evaluation.',
  });
}

function checkEvaluation(evaluation: ReportedEvaluation, { models, prompts }: OutcomeTable): void {
  const evaluated = evaluation.models.map(({ model }) => model);
  const isSame = [...evaluated].sort().join('\n') === [...models].sort().join('\n');
  if (isSame && evaluation.prompts <= prompts.length) return;
  throw new RoutesmithError('invalid_input', 'this evaluation belongs to other outcomes', {
    where: 'evaluation',
    fix: `It is of ${evaluation.prompts} prompts and ${evaluated.join(', ')}; the table has ${prompts.length} and ${models.join(', ')}.`,
  });
}

function checkMonthlyRequests(monthlyRequests: number | undefined): void {
  if (monthlyRequests === undefined) return;
  if (monthlyRequests > 0 && Number.isFinite(monthlyRequests)) return;
  throw new RoutesmithError('usage', `there are no ${monthlyRequests} requests a month`, {
    where: 'monthlyRequests',
    fix: 'Give a number above 0, or none for costs per 1,000 requests.',
  });
}

/** The description of a table as that of a run that was imported from nowhere. */
function describeTable(
  table: OutcomeTable,
  { name, models, createdAt }: Pick<RunInfo, 'name' | 'models' | 'createdAt'>,
): RunInfo {
  const infoOf = new Map(models.map((model) => [model.id, model]));
  return {
    version: 1,
    kind: 'import',
    name,
    createdAt,
    simulated: table.simulated,
    models: table.models.map((id) => infoOf.get(id) ?? { id }),
    costBasis: table.costBasis,
    sources: [],
  };
}
