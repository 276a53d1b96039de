import type { QueueAddress } from '../../measure/queue/queue-address.js';
import { RoutesmithError } from '../../util/errors.js';
import type { OptionSpec } from './define-command.js';

const schemaOption = {
  type: 'string',
  default: 'routesmith',
  describe: 'Schema of the tables in that database',
} as const satisfies OptionSpec;

/** The variable that holds the address of a queue, so that no list of processes shows it. */
const queueVariable = 'ROUTESMITH_QUEUE';

/** Options of the commands that only work with a queue. */
export const queueOptions = {
  queue: {
    type: 'string',
    describe: `Postgres database of the queue: postgres://user@host/database [default: $${queueVariable}]`,
  },
  'queue-schema': schemaOption,
} as const satisfies Record<string, OptionSpec>;

/** The queue options of a sweep. */
export const sweepQueueOptions = {
  queue: {
    type: 'string',
    describe: 'Let workers make the calls: postgres://user@host/database (see routesmith worker)',
  },
  'queue-schema': schemaOption,
  lease: {
    type: 'number',
    default: 30,
    whole: true,
    minimum: 10,
    maximum: 3600,
    describe: 'With --queue: seconds after which the cells of a silent worker go to others',
  },
} as const satisfies Record<string, OptionSpec>;

/**
 * Reads the address of the queue from the options or the environment.
 *
 * @throws RoutesmithError `usage`
 */
export async function readQueueAddress(args: {
  readonly queue: string | undefined;
  readonly queueSchema: string;
}): Promise<QueueAddress> {
  const { parseQueueAddress } = await import('../../measure/queue/queue-address.js');
  const url = args.queue ?? process.env[queueVariable];
  if (url !== undefined) return parseQueueAddress(url, args.queueSchema);
  throw new RoutesmithError('usage', 'which queue?', {
    where: '--queue',
    fix: `Give --queue postgres://user@host/database, or set ${queueVariable}.`,
  });
}
