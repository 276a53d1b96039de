import type { CallerRequest } from '../../llm/caller-request.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { CallerSettings } from './access.js';
import { GatewayError } from './gateway-error.js';
import type { CallHeaders } from './http-call.js';
import { hasBudget } from './spending.js';

/** Names features of Anthropic's that are not general yet. */
const header = 'anthropic-beta';

/**
 * Those that change what tokens cost: long contexts and fast mode (docs.anthropic.com, pricing). Tools
 * with prices of their own are refused where the body asks for them.
 */
const pricedBeta = /^(?:context-1m|fast-mode)-/;

/**
 * The betas that a caller of Anthropic's Messages asks for, as headers for models of that protocol;
 * undefined if it asks for none.
 *
 * @throws GatewayError `invalid_request` for a value that is no list of names, and for a key with a
 * budget, whose holds know no other prices, if one changes them
 */
export function readBetas(
  protocol: ProtocolName,
  headers: CallHeaders,
  caller: CallerSettings | undefined,
): CallerRequest['headers'] {
  const value = protocol === 'anthropic' ? (headers.get(header) ?? '') : '';
  if (value === '') return undefined;
  if (!/^[\w.,\- ]{1,2000}$/.test(value)) refuse('must be names, separated by commas');
  if (caller !== undefined && hasBudget(caller)) {
    const priced = value.split(',').find((name) => pricedBeta.test(name.trim()));
    if (priced !== undefined) {
      refuse(
        `a key with a budget cannot use ${priced.trim()}, because it changes what tokens cost`,
      );
    }
  }
  return { [header]: value };
}

function refuse(problem: string): never {
  throw new GatewayError('invalid_request', `${header}: ${problem}.`, { param: header });
}
