import type { PoolModel } from '../models/model.js';
import { readApiKey, type Environment } from '../models/read-api-key.js';
import { RoutesmithError } from '../../util/errors.js';
import type { Clock } from '../sweep/calls/clock.js';
import type { Database } from './database.js';
import { checkProgram, decodeQueuePlan, type QueuePlan, type QueueTools } from './queue-plan.js';
import type { RunHandle } from './queue-run.js';

/** A run with cells left that a worker has a key for. */
export interface ServedRun extends RunHandle {
  /** Lanes with cells left whose keys the worker has. */
  readonly lanes: readonly number[];
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  /** The lanes whose keys it lacks. */
  readonly notes: readonly string[];
}

/** A run with cells left of which a worker takes none. */
export interface RefusedRun {
  readonly runId: string;
  readonly refusal: RoutesmithError;
  /** Why, for its operator. */
  readonly notes: readonly string[];
}

/** What could not be opened may be there later. */
const refusedMs = 60_000;

/**
 * Runs whose tools a worker may not use or could not open: for a minute, or until the run has other
 * tools because its sweep was started again.
 */
export class RefusedTools {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #refusals = new Map<
    string,
    { readonly refusal: RoutesmithError; readonly tools: string; readonly atMs: number }
  >();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  note(runId: string, tools: QueueTools, refusal: RoutesmithError): void {
    const atMs = this.#clock.now();
    this.#refusals.set(runId, { refusal, tools: JSON.stringify(tools), atMs });
  }

  /** @throws RoutesmithError with which the run was refused */
  check(runId: string, tools: QueueTools): void {
    const known = this.#refusals.get(runId);
    if (known === undefined) return;
    const isOld = this.#clock.now() - known.atMs >= refusedMs;
    if (!isOld && known.tools === JSON.stringify(tools)) throw known.refusal;
    this.#refusals.delete(runId);
  }
}

/** The runs with cells left, oldest first. */
export async function findServedRuns(
  database: Database,
  environment: Environment,
  refused: Pick<RefusedTools, 'check'>,
): Promise<{ readonly served: readonly ServedRun[]; readonly refused: readonly RefusedRun[] }> {
  const { schema } = database.address;
  const rows = await database.query<{ id: string; plan: string; lanes: readonly number[] | null }>(
    `select id, plan, (select json_agg(number) from ${schema}.lane l
       where l.run_id = r.id and ${hasCellsLeft(schema)}) as lanes
     from ${schema}.run r where state = 'open' order by created_at`,
  );
  const runs = rows.flatMap(({ id: runId, plan: text, lanes }): (ServedRun | RefusedRun)[] => {
    if (lanes === null) return [];
    try {
      const plan = decodeQueuePlan(JSON.parse(text), runId);
      checkProgram(plan.program, runId);
      refused.check(runId, plan.tools);
      const found = findLanes(plan, lanes, environment);
      return 'refusal' in found ? [{ runId, ...found }] : [{ database, runId, plan, ...found }];
    } catch (error) {
      if (!RoutesmithError.isInstance(error)) throw error;
      return [{ runId, refusal: error, notes: [`takes no cells: ${firstLine(error)}`] }];
    }
  });
  return {
    served: runs.filter((run): run is ServedRun => !('refusal' in run)),
    refused: runs.filter((run): run is RefusedRun => 'refusal' in run),
  };
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

function findLanes(
  { models, lanes }: QueuePlan,
  left: readonly number[],
  environment: Environment,
): Pick<ServedRun, 'apiKeys' | 'lanes' | 'notes'> | Pick<RefusedRun, 'refusal' | 'notes'> {
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
  if (mine.length === 0) return { refusal: describeMissingKeys(notes), notes };
  return { apiKeys, lanes: mine, notes };
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
