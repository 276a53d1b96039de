import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import {
  checkIsNoInput,
  prepareOutputFile,
  writeOutputFile,
} from '../../util/write-output-file.js';
import { checkGrader } from '../../measure/graders/check-grader.js';
import { checkTaskSet, type TaskSetCheck } from '../../measure/graders/check-task-set.js';
import {
  applyPrices,
  buildPool,
  listUnpriced,
  parseGivenPrice,
} from '../../measure/models/listing/build-pool.js';
import type { ListedModel } from '../../measure/models/listing/listed-model.js';
import { readModelList } from '../../measure/models/listing/read-model-list.js';
import { parseColumnMap, type ColumnMap } from '../../measure/tables/column-map.js';
import { buildTaskSet } from '../../measure/setup/build-task-set.js';
import { draftTaskSet, type TaskSetDraft } from '../../measure/setup/draft-task-set.js';
import { proposeGraders, type GraderProposal } from '../../measure/setup/propose-grader.js';
import { readSource, type Source } from '../../measure/setup/read-source.js';
import { sourceFields, type SourceMapping } from '../../measure/setup/source-mapping.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import { confirmMapping, type InitQuestions } from './init-questions.js';

export interface InitSettings {
  readonly file: string;
  readonly tasksFile: string;
  readonly poolFile: string;
  readonly judgeFile: string;
  /** `field=column` texts. */
  readonly map: readonly string[];
  readonly provider: string | undefined;
  readonly apiKeyEnv: string | undefined;
  readonly models: readonly string[] | undefined;
  /** `model=input/output` texts. */
  readonly prices: readonly string[];
  readonly judge: string | undefined;
  /** The limit of an answer. */
  readonly maxTokens: number;
  /** Whether files that exist may be replaced. */
  readonly overwrite: boolean;
  /** Shows what was read, before anything else is asked. */
  readonly onDraft: (source: Source, mapping: SourceMapping, draft: TaskSetDraft) => void;
}

/** What `init` has read, chosen and written. */
export interface InitResult {
  readonly source: Source;
  readonly mapping: SourceMapping;
  readonly draft: TaskSetDraft;
  readonly proposals: readonly GraderProposal[];
  readonly models: readonly ListedModel[];
  readonly judge: ListedModel | undefined;
  readonly check: TaskSetCheck;
}

/** The parts of a pool that the user has chosen. */
interface ChosenModels {
  readonly provider: string;
  readonly apiKeyEnv: string | undefined;
  readonly listed: readonly ListedModel[];
  readonly models: readonly ListedModel[];
}

/**
 * Makes a task set and a pool file of a file of prompts, asking what no option answers. All files
 * are written at the end, when nothing is left to be asked.
 */
export async function runInit(
  settings: InitSettings,
  questions: InitQuestions,
): Promise<InitResult> {
  const { tasksFile, poolFile, judgeFile } = settings;
  await checkOutput(settings, tasksFile, [], 'write to another file with --tasks');
  await checkOutput(settings, poolFile, [tasksFile], 'write to another file with --pool');
  if (settings.judge !== undefined)
    await checkOutput(settings, judgeFile, [tasksFile, poolFile], moveJudge);
  const { source, mapping, draft } = await readDraft(settings, questions);
  const chosen = await chooseModels(settings, questions);
  const judge = await chooseJudge(settings, questions, draft, chosen);
  if (judge !== undefined) await checkOutput(settings, judgeFile, [tasksFile, poolFile], moveJudge);
  const proposals = proposeGraders(draft.examples, judge !== undefined);
  await questions.confirmGraders(proposals);
  const check = await writeFiles(settings, proposals, chosen, judge);
  return { source, mapping, draft, proposals, models: chosen.models, judge, check };
}

const moveJudge = 'move it: a judge is always written there';

/**
 * @param others files that are written, too
 * @param otherwise what to do where the file must not be replaced
 */
async function checkOutput(
  { file: source, overwrite }: InitSettings,
  file: string,
  others: readonly string[],
  otherwise: string,
): Promise<void> {
  const fix = `${otherwise.slice(0, 1).toUpperCase()}${otherwise.slice(1)}.`;
  await checkIsNoInput(file, [source], fix);
  if (others.some((other) => resolve(other) === resolve(file))) {
    throw new RoutesmithError('usage', 'two files would be written under this name', {
      where: file,
      fix: 'Give them different names with --tasks and --pool.',
    });
  }
  if (overwrite || !existsSync(file)) return;
  throw new RoutesmithError('usage', 'the file already exists', {
    where: file,
    fix: `Replace it with --overwrite, or ${otherwise}.`,
  });
}

async function readDraft(
  { file, map, onDraft }: InitSettings,
  questions: InitQuestions,
): Promise<Pick<InitResult, 'source' | 'mapping' | 'draft'>> {
  const columnMap = parseColumnMap(map, sourceFields);
  const guessed = await readSource(file, columnMap);
  const open = (['prompt', 'reference', 'task'] as const).filter((field) => !columnMap.has(field));
  const confirmed = await confirmMapping(questions, open, guessed);
  const { source, mapping } = await readAgain(guessed, confirmed, columnMap);
  const draft = draftTaskSet(source, mapping);
  onDraft(source, mapping, draft);
  if (draft.examples.length > 0) return { source, mapping, draft };
  throw new RoutesmithError('invalid_task_set', 'no row has a usable prompt', {
    where: file,
    fix:
      draft.dropped.toolCalls.length > 0
        ? 'Name a column of expected answers with --map reference=COLUMN: the messages end with tool calls.'
        : 'Name the column of the prompts with --map prompt=COLUMN.',
  });
}

/**
 * The source as it is read where `--map` names the columns that were chosen instead of guesses: options,
 * instructions and answers are joined and read by the columns of the prompts and answers.
 */
async function readAgain(
  source: Source,
  confirmed: SourceMapping,
  map: ColumnMap,
): Promise<{ readonly source: Source; readonly mapping: SourceMapping }> {
  const chosen = (['prompt', 'reference', 'task'] as const).flatMap((field) => {
    const column = confirmed[field];
    return column === undefined || column === source.mapping[field]
      ? []
      : [[field, column] as const];
  });
  const isOther = chosen.some(([field]) => field !== 'task');
  if (!isOther) return { source, mapping: confirmed };
  const given = chosen.map(([field, column]) => [field, [column]] as const);
  const again = await readSource(source.table.file, new Map([...map, ...given]));
  const { reference: _, ...others } = confirmed;
  const { reference } = again.mapping;
  const isExpected = confirmed.reference !== undefined && reference !== undefined;
  return { source: again, mapping: { ...others, ...(isExpected && { reference }) } };
}

async function chooseModels(
  settings: InitSettings,
  questions: InitQuestions,
): Promise<ChosenModels> {
  const { provider, apiKeyEnv } =
    settings.provider === undefined
      ? await questions.chooseProvider(settings.apiKeyEnv)
      : { provider: settings.provider, apiKeyEnv: settings.apiKeyEnv };
  const { env: environment } = process;
  const listed = await readModelList({ provider, apiKeyEnv, environment, fetch });
  const given = settings.prices.map(parseGivenPrice);
  for (const { model } of given) findListed(model, listed, '--price');
  const priced = applyPrices(listed, given);
  const names = settings.models ?? (await questions.chooseModels(priced));
  const chosen = names.map((name) => findListed(name, priced, '--models'));
  return { provider, apiKeyEnv, listed: priced, models: await completePrices(chosen, questions) };
}

/** Asks for the prices that are still unknown. */
async function completePrices(
  models: readonly ListedModel[],
  questions: InitQuestions,
): Promise<readonly ListedModel[]> {
  const unpriced = listUnpriced(models);
  return unpriced.length === 0 ? models : applyPrices(models, await questions.askPrices(unpriced));
}

function findListed(name: string, listed: readonly ListedModel[], option: string): ListedModel {
  const found = listed.find(({ model }) => model === name);
  if (found !== undefined) return found;
  const names = listed.map(({ model }) => model);
  const known = describeUnknownName(name, names.length > 20 ? listSimilar(name, names) : names);
  throw new RoutesmithError('usage', `${option}: ${known}`, {
    fix: 'See all with "routesmith models --provider PROVIDER".',
  });
}

/** The names of a long list that have a word in common with a name. */
function listSimilar(name: string, names: readonly string[]): readonly string[] {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const similar = names.filter((one) => words.some((word) => one.toLowerCase().includes(word)));
  return similar.slice(0, 20);
}

/** The model that grades what no rule can; asked for only if there is something for it to grade. */
async function chooseJudge(
  settings: InitSettings,
  questions: InitQuestions,
  draft: TaskSetDraft,
  { listed, models }: ChosenModels,
): Promise<ListedModel | undefined> {
  const needing = proposeGraders(draft.examples, true).filter(
    ({ grader }) => grader?.name === 'judge',
  );
  const count = needing.reduce((sum, { examples }) => sum + examples.length, 0);
  const find = (name: string): ListedModel =>
    models.find(({ model }) => model === name) ?? findListed(name, listed, '--judge');
  if (settings.judge !== undefined) find(settings.judge);
  if (count === 0) return undefined;
  const name = settings.judge ?? (await questions.chooseJudge(listed, count));
  if (name === undefined) return undefined;
  const [priced] = await completePrices([find(name)], questions);
  return priced;
}

async function writeFiles(
  settings: InitSettings,
  proposals: readonly GraderProposal[],
  { provider, apiKeyEnv, models }: ChosenModels,
  judge: ListedModel | undefined,
): Promise<TaskSetCheck> {
  const { tasksFile, poolFile, judgeFile, maxTokens } = settings;
  const tasks = buildTaskSet(proposals);
  if (tasks === '') {
    throw new RoutesmithError('invalid_task_set', 'no prompt has an expected answer', {
      where: settings.file,
      fix: 'Name the column of the answers with --map reference=COLUMN, or a --judge that needs none.',
    });
  }
  const date = new Date().toISOString().slice(0, 10);
  const common = { provider, apiKeyEnv, maxTokens, date };
  const pool = buildPool({ ...common, models });
  const judgePool = judge && buildPool({ ...common, models: [judge] });
  const files = [tasksFile, poolFile, ...(judge === undefined ? [] : [judgeFile])];
  for (const file of files) {
    await prepareOutputFile(file, { overwrite: true, inputs: [settings.file] });
  }
  await writeOutputFile(tasksFile, tasks);
  await writeOutputFile(poolFile, pool);
  if (judgePool !== undefined) await writeOutputFile(judgeFile, judgePool);
  return checkTaskSet(await readTaskSet(tasksFile, { checkGrader }));
}
