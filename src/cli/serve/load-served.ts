import { readPolicyFile } from '../../learn/read-policy-file.js';
import { readPool } from '../../measure/models/read-pool.js';
import type { Environment } from '../../measure/models/read-api-key.js';
import type { PolicyReport } from '../../policy/decide/apply-roster.js';
import type { GatewayConfig } from '../../serve/gateway/settings.js';
import {
  noGatewayFile,
  readGatewayFile,
  type GatewayFile,
} from '../../serve/host/gateway-config.js';
import { buildPoolEndpoints } from './pool-endpoints.js';

/** The files that a gateway is made from. */
export interface ServedFiles {
  readonly policy: string;
  readonly pool: string;
  /** `gateway.yaml`. */
  readonly config: string | undefined;
  readonly publicKeys: readonly string[] | undefined;
}

/** What those files say. */
export interface Served {
  readonly config: GatewayConfig;
  readonly file: GatewayFile;
  /** Models of the pool that the policy does not know. */
  readonly unknown: readonly string[];
  readonly reports: readonly PolicyReport[];
}

/**
 * Reads and checks the files of a gateway.
 *
 * @param minSerial refuses policies with a lower serial number; only with `publicKeys`, since anyone
 * can write a serial number that nobody has signed
 * @throws RoutesmithError that names the file and what is wrong
 */
export async function loadServed(
  files: ServedFiles,
  environment: Environment,
  minSerial = 0,
): Promise<Served> {
  const { config, publicKeys } = files;
  const file = config === undefined ? noGatewayFile : await readGatewayFile(config);
  const pool = await readPool(files.pool);
  const prices = Object.fromEntries(pool.models.map(({ id, price }) => [id, price]));
  const policy = await readPolicyFile(files.policy, {
    prices,
    ...(publicKeys === undefined ? {} : { publicKeys, minSerial }),
  });
  const known = policy.policy.models.map(({ id }) => id);
  const { endpoints, unknown } = buildPoolEndpoints(pool, known, environment);
  const access =
    file.callers === undefined
      ? ({ kind: 'loopback' } as const)
      : ({ kind: 'keys', callers: file.callers } as const);
  return { config: { policy, pool: endpoints, access }, file, unknown, reports: policy.reports };
}
