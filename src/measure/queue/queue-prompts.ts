import type { Example } from '../tasks/example.js';
import { computePromptHash } from '../tasks/example.js';
import type { Database, Query } from './database.js';
import type { QueuePrompt } from './queue-plan.js';

/** Reads the prompts at some places of a run. */
export async function readQueuePrompts(
  database: Database,
  runId: string,
  places: readonly number[],
): Promise<ReadonlyMap<number, QueuePrompt>> {
  const rows = await database.query<{ place: number; example: string }>(
    `select place, example from ${database.address.schema}.prompt
     where run_id = $1 and place = any($2::int[])`,
    [runId, [...new Set(places)]],
  );
  return new Map(
    rows.map(({ place, example: text }) => {
      // Text, because a database would reorder the members of JSON, which models are shown.
      const example = JSON.parse(text) as Example;
      return [place, { example, promptHash: computePromptHash(example.prompt) }];
    }),
  );
}

/** Adds prompts to a run; those that are there are kept. */
export async function insertPrompts(
  query: Query,
  {
    schema,
    runId,
    first,
  }: { readonly schema: string; readonly runId: string; readonly first: number },
  examples: readonly Example[],
): Promise<void> {
  await query(
    `insert into ${schema}.prompt (run_id, place, example)
     select $1, place, example from unnest($2::int[], $3::text[]) as e (place, example)
     on conflict do nothing`,
    [runId, examples.map((_, index) => first + index), examples.map((one) => JSON.stringify(one))],
  );
}
