import { RoutesmithError } from '../../util/errors.js';

/** The packages of a queue, which are optional: only sweeps over several machines need them. */
export interface QueuePackages {
  readonly pg: typeof import('pg').default;
  readonly PgBoss: typeof import('pg-boss').PgBoss;
}

/**
 * Loads the packages of a queue.
 *
 * @throws RoutesmithError `missing_package` that says what to install
 */
export async function loadQueuePackages(): Promise<QueuePackages> {
  try {
    const [pg, { PgBoss }] = await Promise.all([import('pg'), import('pg-boss')]);
    return { pg: pg.default, PgBoss };
  } catch (cause) {
    throw new RoutesmithError('missing_package', 'a queue needs the packages pg and pg-boss', {
      fix: 'Install them next to routesmith: npm install pg@8 pg-boss@12',
      cause,
    });
  }
}
