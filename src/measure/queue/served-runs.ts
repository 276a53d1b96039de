import type { PoolModel } from '../models/model.js';
import { readApiKey, type Environment } from '../models/read-api-key.js';
import { RoutesmithError } from '../../util/errors.js';
import type { Database } from './database.js';
import { checkProgram, decodeQueuePlan, type QueuePlan } from './queue-plan.js';
import type { RunHandle } from './queue-run.js';

/** A run with cells left, as a worker sees it. */
export interface ServedRun extends RunHandle {
  /** Lanes with cells left whose keys the worker has; none if it refuses the run. */
  readonly lanes: readonly number[];
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  /** What its operator should know: why it refuses the run, or the lanes whose keys it lacks. */
  readonly notes: readonly string[];
  /** Why it takes no cell; undefined if it takes some. */
  readonly refusal: RoutesmithError | undefined;
}

/**
 * The runs with cells left, oldest first.
 *
 * @param refused runs that this worker cannot work on, with the reason
 */
export async function findServedRuns(
  database: Database,
  environment: Environment,
  refused: ReadonlyMap<string, RoutesmithError>,
): Promise<ServedRun[]> {
  const { schema } = database.address;
  const rows = await database.query<{ id: string; plan: string; lanes: readonly number[] | null }>(
    `select id, plan, (select json_agg(number) from ${schema}.lane l
       where l.run_id = r.id and ${hasCellsLeft(schema)}) as lanes
     from ${schema}.run r where state = 'open' order by created_at`,
  );
  return rows.flatMap(({ id: runId, plan: text, lanes }) => {
    if (lanes === null) return [];
    const plan = decodeQueuePlan(JSON.parse(text), runId);
    const refusal = refused.get(runId) ?? findRefusal(plan, runId);
    const found =
      refusal === undefined
        ? findLanes(plan, lanes, environment)
        : { apiKeys: new Map(), lanes: [], notes: [describeRefusal(refusal)], refusal };
    return [{ database, runId, plan, ...found }];
  });
}

/** Whether one of some lanes has cells that are not finished, or answers without a grade. */
export async function hasWork(
  { database, runId }: RunHandle,
  lanes: readonly number[],
): Promise<boolean> {
  const { schema } = database.address;
  const rows = await database.query(
    `select number from ${schema}.lane l
     where run_id = $1 and number = any($2::int[]) and ${hasCellsLeft(schema)} limit 1`,
    [runId, lanes],
  );
  return rows.length > 0;
}

function hasCellsLeft(schema: string): string {
  return `not is_stopped and (done < total or exists (select from ${schema}.cell c
    where c.run_id = l.run_id and c.lane = l.number and is_grading))`;
}

function findRefusal({ program }: QueuePlan, runId: string): RoutesmithError | undefined {
  try {
    checkProgram(program, runId);
    return undefined;
  } catch (error) {
    if (RoutesmithError.isInstance(error)) return error;
    throw error;
  }
}

function describeRefusal(refusal: RoutesmithError): string {
  return `takes no cells: ${firstLine(refusal)}`;
}

function findLanes(
  { models, lanes }: QueuePlan,
  left: readonly number[],
  environment: Environment,
): Pick<ServedRun, 'apiKeys' | 'lanes' | 'notes' | 'refusal'> {
  const apiKeys = new Map<string, string | undefined>();
  const notes: string[] = [];
  const mine = left.filter((number) => {
    const ofLane = (lanes[number] ?? []).map((index) => models[index] as PoolModel);
    try {
      for (const model of ofLane) apiKeys.set(model.id, readApiKey(model, environment));
      return true;
    } catch (error) {
      if (!RoutesmithError.isInstance(error) || error.code !== 'missing_key') throw error;
      const ids = ofLane.map(({ id }) => id).join(', ');
      notes.push(`takes no cells of ${ids}: ${firstLine(error)}`);
      return false;
    }
  });
  const refusal = mine.length === 0 ? describeMissingKeys(notes) : undefined;
  return { apiKeys, lanes: mine, notes, refusal };
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0] as string;
}

/** The error of a worker that can call no model of a run. */
function describeMissingKeys(notes: readonly string[]): RoutesmithError {
  return new RoutesmithError('missing_key', `this worker has no key: it ${notes.join('; ')}`, {
    fix: 'Set the variables in the environment of the worker.',
  });
}
