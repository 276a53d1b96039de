import {
  defaultLeaseSeconds,
  defaultQueueSchema,
  parseQueueAddress,
  type QueueAddress,
} from '../../measure/queue/queue-address.js';
import { RoutesmithError } from '../../util/errors.js';
import { checkCombination, checkNeeds } from './check-arguments.js';
import type { OptionSpec } from './define-command.js';

const schemaOption = {
  type: 'string',
  defaultDescription: `"${defaultQueueSchema}"`,
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
    defaultDescription: `${defaultLeaseSeconds}`,
    whole: true,
    minimum: 10,
    maximum: 3600,
    describe: 'With --queue: lease in seconds; a worker silent for 1.5 leases loses its cells',
  },
} as const satisfies Record<string, OptionSpec>;

/** The options of a sweep that say what its queue is. */
interface SweepQueueArguments {
  readonly queue: string | undefined;
  readonly queueSchema: string | undefined;
  readonly lease: number | undefined;
  readonly log: string | undefined;
  readonly batch: boolean;
  readonly adaptive: boolean;
}

/** The queue of a sweep. */
export interface SweepQueue {
  readonly address: QueueAddress;
  readonly leaseSeconds: number;
}

/**
 * Reads the queue of a sweep.
 *
 * @returns undefined for a sweep that makes its calls itself
 * @throws RoutesmithError `usage` for options that do not go together, or an address that is none
 */
export function readSweepQueue(args: SweepQueueArguments): SweepQueue | undefined {
  const { queue, queueSchema, lease, log, batch, adaptive } = args;
  if (queue === undefined) {
    checkNeeds({ 'queue-schema': queueSchema, lease }, 'queue');
    return undefined;
  }
  checkCombination({ log }, 'queue', 'routesmith queue status shows limits and pauses.');
  checkCombination({ batch }, 'queue', 'Batches need no workers.');
  checkCombination({ adaptive }, 'queue', 'An adaptive sweep runs on one machine.');
  return { address: readQueueAddress(args), leaseSeconds: lease ?? defaultLeaseSeconds };
}

/**
 * Reads the address of the queue from the options or the environment.
 *
 * @throws RoutesmithError `usage`
 */
export function readQueueAddress(args: {
  readonly queue: string | undefined;
  readonly queueSchema: string | undefined;
}): QueueAddress {
  const url = args.queue ?? process.env[queueVariable];
  if (url !== undefined) return parseQueueAddress(url, args.queueSchema);
  throw new RoutesmithError('usage', 'no queue is given', {
    where: '--queue',
    fix: `Give --queue postgres://user@host/database, or set ${queueVariable}.`,
  });
}
