import type { PoolModel } from '../models/model.js';
import { readApiKey, type Environment } from '../models/read-api-key.js';
import { RoutesmithError } from '../../util/errors.js';
import type { Database } from './database.js';
import { checkProgram, decodeQueuePlan, type QueuePlan } from './queue-plan.js';
import type { RunHandle } from './queue-run.js';

/** A run that this worker can work on. */
export interface ServedRun extends RunHandle {
  readonly lanes: readonly number[];
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  /** What its operator should know: the lanes whose keys it lacks. */
  readonly notes: readonly string[];
}

/**
 * The runs with cells left, oldest first, and the lanes of each that a worker has keys for.
 *
 * @throws RoutesmithError `version_mismatch` for a run of another version
 */
export async function findServedRuns(
  database: Database,
  environment: Environment,
): Promise<ServedRun[]> {
  const { schema } = database.address;
  const rows = await database.query<{ id: string; plan: string }>(
    `select id, plan from ${schema}.run r where state = 'open' and exists (select from ${schema}.lane
       where run_id = r.id and done < total and not is_stopped) order by created_at`,
  );
  return rows.map(({ id, plan: text }) => {
    const plan = decodeQueuePlan(JSON.parse(text), id);
    checkProgram(plan.program, id);
    return { database, runId: id, plan, ...findLanes(plan, environment) };
  });
}

function findLanes(
  { models, lanes }: QueuePlan,
  environment: Environment,
): Pick<ServedRun, 'apiKeys' | 'lanes' | 'notes'> {
  const apiKeys = new Map<string, string | undefined>();
  const notes: string[] = [];
  const mine = [...lanes.keys()].filter((number) => {
    const ofLane = (lanes[number] ?? []).map((index) => models[index] as PoolModel);
    try {
      for (const model of ofLane) apiKeys.set(model.id, readApiKey(model, environment));
      return true;
    } catch (error) {
      if (!RoutesmithError.isInstance(error) || error.code !== 'missing_key') throw error;
      const ids = ofLane.map(({ id }) => id).join(', ');
      notes.push(`takes no cells of ${ids}: ${error.message.split('\n', 1)[0]}`);
      return false;
    }
  });
  return { apiKeys, lanes: mine, notes };
}

/** The error of a worker that can call no model of any run. */
export function describeMissingKeys(runs: readonly ServedRun[]): RoutesmithError {
  const notes = runs.flatMap((run) => run.notes);
  return new RoutesmithError('missing_key', `this worker has no key: it ${notes.join('; ')}`, {
    fix: 'Set the variables in the environment of the worker.',
  });
}
