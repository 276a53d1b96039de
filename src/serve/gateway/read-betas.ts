import type { CallerRequest } from '../../llm/caller-request.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { JsonObject } from '../../util/json.js';
import type { CallerSettings } from './access.js';
import { GatewayError } from './gateway-error.js';
import { boundBodyTokens } from './hold-attempts.js';
import type { CallHeaders } from './http-call.js';
import { hasBudget } from './spending.js';

/** Names features of Anthropic's that are not general yet. */
const header = 'anthropic-beta';

/**
 * Requests of more input than `maxUsualTokens` cost more with it (docs.anthropic.com, pricing). Other
 * features with prices of their own, such as fast mode, are refused where the body asks for them.
 */
const longContextBeta = /^context-1m-/;
const maxUsualTokens = 200_000;

/**
 * The betas that a caller of Anthropic's Messages asks for, as headers for models of that protocol;
 * undefined if it asks for none.
 *
 * @throws GatewayError `invalid_request` for a value that is no list of names, and for a key with a
 * budget, whose holds know no other prices, if one may change them
 */
export function readBetas(
  protocol: ProtocolName,
  headers: CallHeaders,
  caller: CallerSettings | undefined,
  body: JsonObject,
): CallerRequest['headers'] {
  const value = protocol === 'anthropic' ? (headers.get(header) ?? '') : '';
  if (value === '') return undefined;
  if (!/^[\w.,\- ]{1,2000}$/.test(value)) refuse('must be names, separated by commas');
  if (caller !== undefined && hasBudget(caller)) {
    const names = value.split(',').map((name) => name.trim());
    const long = names.find((name) => longContextBeta.test(name));
    if (long !== undefined && boundBodyTokens(body) > maxUsualTokens) {
      refuse(
        `a key with a budget cannot use ${long} for a request that may have more than 200,000 tokens, ` +
          'because its tokens cost more',
      );
    }
  }
  return { [header]: value };
}

function refuse(problem: string): never {
  throw new GatewayError('invalid_request', `${header}: ${problem}.`, { param: header });
}
