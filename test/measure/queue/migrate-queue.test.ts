import { describe, expect, it } from 'vitest';
import { openQueue } from '../../../src/measure/queue/open-queue.js';
import { parseQueueAddress } from '../../../src/measure/queue/queue-address.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import { say, startScriptedServer } from '../../support/scripted-server.js';

const bench = setUpQueueBench();

describe('the tables of a queue', () => {
  it('are brought to the version of this program', async (context) => {
    const address = bench.newQueue(context);
    const { schema } = address;
    const first = await bench.open(address);
    // As the first version left them.
    await first.database.query(`alter table ${schema}.cell drop column is_grading`);
    await first.database.query(`alter table ${schema}.run drop column judge_before_usd`);
    await first.database.query(`alter table ${schema}.run drop column judge_guessed`);
    await first.database.query(`alter table ${schema}.run drop column judge_possible_before_usd`);
    await first.database.query(`alter table ${schema}.entry drop column ends_cut_off`);
    await first.database.query(`alter table ${schema}.worker drop column run_notes`);
    await first.database.query(`delete from ${schema}.migration where version > 1`);
    await first.close();
    const queue = await bench.open(address);
    const columns = await queue.database.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = $1 and table_name in ('cell', 'run', 'entry', 'worker')`,
      [schema],
    );
    await queue.close();
    const names = columns.map(({ name }) => name);
    const added = [
      'is_grading',
      'judge_before_usd',
      'judge_guessed',
      'judge_possible_before_usd',
      'run_notes',
      'ends_cut_off',
    ];
    expect(names).toEqual(expect.arrayContaining(added));
  });

  it('of a newer program are refused', async (context) => {
    const address = bench.newQueue(context);
    const queue = await bench.open(address);
    await queue.database.query(`insert into ${address.schema}.migration (version) values (99)`);
    await queue.close();
    await expect(bench.open(address)).rejects.toMatchObject({
      code: 'version_mismatch',
      message: expect.stringContaining('has version 99'),
    });
  });

  it('are created by one of several processes that come at once', async (context) => {
    const address = bench.newQueue(context);
    const queues = await Promise.all([1, 2, 3].map(() => bench.open(address)));
    const versions = await queues[0]?.database.query<{ version: number }>(
      `select version from ${address.schema}.migration order by version`,
    );
    await Promise.all(queues.map((queue) => queue.close()));
    expect(versions?.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('can be used by a role that may not create schemas', async (context) => {
    const address = bench.newQueue(context);
    const { schema } = address;
    const owner = await bench.open(address);
    const role = `${schema}_worker`;
    const jobs = `${schema}_jobs`;
    await owner.database.query(`create role ${role} login password 'of-a-worker'`);
    for (const one of [schema, jobs]) {
      await owner.database.query(`grant usage on schema ${one} to ${role}`);
      await owner.database.query(
        `grant select, insert, update, delete on all tables in schema ${one} to ${role}`,
      );
      await owner.database.query(`grant usage on all sequences in schema ${one} to ${role}`);
    }
    const url = new URL(address.url);
    url.username = role;
    url.password = 'of-a-worker';
    const restricted = { ...address, url: url.href };
    const server = await startScriptedServer(say('7'));
    const models = [buildPoolModel({ baseUrl: server.baseUrl })];
    const sweep = bench.coordinate(restricted, 'restricted', models);
    await waitUntil(async () => {
      const runs = await owner.database.query(`select id from ${schema}.run where state = 'open'`);
      return runs.length > 0;
    });
    await bench.work(restricted);
    expect((await sweep).coverage).toBe(1);
    await server.close();
    await owner.database.query(`drop owned by ${role}`);
    await owner.database.query(`drop role ${role}`);
    await owner.close();
  });
});

describe('an address that asks for TLS', () => {
  it('is not connected to without it', async (context) => {
    const address = bench.newQueue(context);
    const url = `${address.url}?sslmode=verify-full`;
    await expect(openQueue({ ...address, url }, 30)).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringMatching(/does not support SSL/i),
    });
  });
});

describe('the address of a queue', () => {
  it('is shown without user, password and parameters', () => {
    const { shown } = parseQueueAddress('postgres://me:s3cret@db:5433/sweeps?sslmode=require');
    expect(shown).toBe('postgres://db:5433/sweeps');
  });

  it.each(['mysql://db/x', 'not a url', ''])('is refused where it is %j', (url) => {
    expect(() => parseQueueAddress(url)).toThrow(/not the URL of a Postgres database/);
  });

  it.each(['Upper', 'a;drop table run', '1st', 'x'.repeat(41)])(
    'is refused with the schema %j',
    (schema) => {
      expect(() => parseQueueAddress('postgres://db/x', schema)).toThrow(/name of the schema/);
    },
  );
});
