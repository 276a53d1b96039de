import type { CallerRequest } from '../../llm/caller-request.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { CallerSettings } from './access.js';
import { GatewayError } from './gateway-error.js';
import type { CallHeaders } from './http-call.js';
import { hasBudget } from './spending.js';

/** Names features of Anthropic's that are not general yet, some of which have prices of their own. */
const header = 'anthropic-beta';

/**
 * The betas that a caller of Anthropic's Messages asks for, as headers for models of that protocol;
 * undefined if it asks for none.
 *
 * @throws GatewayError `invalid_request` for a key with a budget, whose holds know no such prices, and
 * for a value that is no list of names
 */
export function readBetas(
  protocol: ProtocolName,
  headers: CallHeaders,
  caller: CallerSettings | undefined,
): CallerRequest['headers'] {
  const value = protocol === 'anthropic' ? (headers.get(header) ?? '') : '';
  if (value === '') return undefined;
  if (caller !== undefined && hasBudget(caller)) {
    refuse('a key with a budget cannot use it, because it may change what tokens cost');
  }
  if (!/^[\w.,\- ]{1,2000}$/.test(value)) refuse('must be names, separated by commas');
  return { [header]: value };
}

function refuse(problem: string): never {
  throw new GatewayError('invalid_request', `${header}: ${problem}.`, { param: header });
}
