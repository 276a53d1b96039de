import {
  checkMembers,
  checkKnownName,
  checkSetting,
  type MemberTypes,
} from '../../util/check-members.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { GatewayError } from './gateway-error.js';
import type { CallHeaders, HttpCall } from './http-call.js';

/** Somebody with a key, and what the key is good for. */
export interface CallerSettings {
  /** For logs and metrics. */
  readonly name: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly keySha256: string;
  /** Only these models. @default all */
  readonly models?: readonly string[];
  /** Only these objectives; the first is used where the request names none. @default all */
  readonly objectives?: readonly string[];
  /** @default no limit */
  readonly requestsPerMinute?: number;
  /** USD that may be spent on a day of UTC. @default no limit */
  readonly usdPerDay?: number;
  /** USD that may be spent in a month of UTC. @default no limit */
  readonly usdPerMonth?: number;
}

/** Who may use a gateway. */
export type Access =
  /** Everybody who reaches it: something in front of it checks. */
  | { readonly kind: 'open' }
  /**
   * Programs on the same machine. Requests for another host name, and those of web pages from
   * elsewhere, are refused: a browser would send them on behalf of any page.
   */
  | { readonly kind: 'loopback' }
  /** Holders of a key, sent as `Authorization: Bearer` or `x-api-key`. */
  | { readonly kind: 'keys'; readonly callers: readonly CallerSettings[] };

/** Finds out who sends a request. */
export interface Gatekeeper {
  /**
   * @returns the caller, or undefined where no keys are configured
   * @throws GatewayError `missing_key`, `invalid_key`, `not_allowed`
   */
  identify(call: HttpCall): Promise<CallerSettings | undefined>;
}

const accessTypes: MemberTypes<'kind' | 'callers'> = { kind: 'string', callers: 'list' };

const callerTypes: MemberTypes<keyof CallerSettings> = {
  name: 'string',
  keySha256: 'string',
  models: 'list',
  objectives: 'list',
  requestsPerMinute: 'number',
  usdPerDay: 'number',
  usdPerMonth: 'number',
};

/**
 * Creates the gatekeeper.
 *
 * @throws RoutesmithError `usage` for a digest or a name that is used twice or is not one, and for a
 * limit that cannot be read
 */
export function createGatekeeper(access: Access): Gatekeeper {
  checkSetting(isJsonObject(access as unknown), 'must be an object', 'access');
  checkMembers(access, accessTypes, 'access');
  checkKnownName(access.kind, ['open', 'loopback', 'keys'], 'access, kind');
  if (access.kind === 'open') return { identify: () => Promise.resolve(undefined) };
  if (access.kind === 'loopback') {
    return {
      identify: (call) => {
        checkLoopback(call);
        return Promise.resolve(undefined);
      },
    };
  }
  checkSetting(Array.isArray(access.callers), 'must be a list', 'access, callers');
  const callers = indexCallers(access.callers);
  return {
    async identify({ headers }) {
      const key = readKey(headers);
      if (key === undefined) {
        const how = 'Send it as "Authorization: Bearer" or "x-api-key".';
        throw new GatewayError('missing_key', `A key is missing. ${how}`);
      }
      const caller = callers.get(await digestKey(key));
      if (caller === undefined) throw new GatewayError('invalid_key', 'The key is not known.');
      return caller;
    },
  };
}

function indexCallers(callers: readonly CallerSettings[]): Map<string, CallerSettings> {
  const byDigest = new Map<string, CallerSettings>();
  const names = new Set<string>();
  const refuse = (what: string, fix: string): never => {
    throw new RoutesmithError('usage', what, { where: 'access, callers', fix });
  };
  for (const [index, caller] of callers.entries()) {
    checkCaller(caller, index);
    const { name, keySha256 } = caller;
    const digest = keySha256.toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      refuse(
        `the key of ${name} is not a SHA-256`,
        'Write the 64 hexadecimal digits of its digest.',
      );
    }
    if (byDigest.has(digest)) refuse(`the key of ${name} is used twice`, 'Give each its own key.');
    if (names.has(name)) refuse(`the name ${name} is used twice`, 'Give each its own name.');
    names.add(name);
    byDigest.set(digest, caller);
  }
  return byDigest;
}

/** A limit that cannot be read must not pass for no limit. */
function checkCaller(caller: CallerSettings, index: number): void {
  checkSetting(isJsonObject(caller), 'must be an object', `access, callers, ${index}`);
  const { name, keySha256, requestsPerMinute = 1, usdPerDay = 0, usdPerMonth = 0 } = caller;
  const where = `access, callers, ${typeof name === 'string' ? name : index}`;
  checkMembers(caller, callerTypes, where);
  checkSetting(typeof name === 'string', 'name must be a text', where);
  checkSetting(typeof keySha256 === 'string', 'keySha256 must be a text', where);
  for (const member of ['models', 'objectives'] as const) {
    const isNames = caller[member]?.every((name: unknown) => typeof name === 'string') ?? true;
    checkSetting(isNames, 'must be a list of names', `${where}, ${member}`);
  }
  const minute = `${where}, requestsPerMinute`;
  checkSetting(
    requestsPerMinute >= 1 && requestsPerMinute < Infinity,
    'must be a finite number of at least 1',
    minute,
  );
  for (const [member, usd] of Object.entries({ usdPerDay, usdPerMonth })) {
    const isLimit = usd >= 0 && usd < Infinity;
    checkSetting(isLimit, 'must be a finite number of at least 0', `${where}, ${member}`);
  }
}

function readKey(headers: CallHeaders): string | undefined {
  const [, bearer] = /^Bearer\s+(\S+)\s*$/i.exec(headers.get('authorization') ?? '') ?? [];
  const key = bearer ?? headers.get('x-api-key')?.trim();
  return key === undefined || key === '' ? undefined : key;
}

/** SHA-256 of a key, in hexadecimal. */
async function digestKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Names of this machine, as they are in URLs. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i.test(host);
}

function checkLoopback({ url, headers }: HttpCall): void {
  const origin = headers.get('origin');
  const hosts = [url, ...(origin === null ? [] : [origin])].map(readHost);
  if (hosts.every((host) => host !== undefined && isLoopbackHost(host))) return;
  throw new GatewayError(
    'not_allowed',
    'Without keys, only programs on this machine may use the gateway.',
  );
}

function readHost(url: string): string | undefined {
  try {
    return new URL(url).hostname;
  } catch {
    return undefined;
  }
}
