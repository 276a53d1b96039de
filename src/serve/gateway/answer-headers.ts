import { countCalls, findPaid, listOverBudget, type Exchange } from './exchange.js';

export const jsonType = 'application/json';

/**
 * The headers of an answer or an error: its type, and the `x-routesmith-…` ones as far as they are
 * known.
 *
 * @param answering the model whose answer has begun
 */
export function buildAnswerHeaders(
  exchange: Exchange,
  type: string,
  answering?: { readonly model: string; readonly isUnderWay: boolean },
): Record<string, string> {
  const { id, decision, servedModel, answer } = exchange;
  const headers: Record<string, string> = { 'content-type': type, 'x-routesmith-id': id };
  if (decision === undefined) return headers;
  const model = answering?.model ?? answer?.model;
  if (model !== undefined) headers['x-routesmith-model'] = toHeader(model);
  if (servedModel !== null) headers['x-routesmith-served-model'] = toHeader(servedModel);
  headers['x-routesmith-reason'] = decision.reason;
  headers['x-routesmith-objective'] = toHeader(decision.objective);
  headers['x-routesmith-policy'] = decision.policyDigest;
  const calls = countCalls(exchange) + (answering?.isUnderWay === true ? 1 : 0);
  headers['x-routesmith-attempts'] = String(calls);
  const overBudget = [...listOverBudget(exchange.attempts)];
  if (overBudget.length > 0) {
    headers['x-routesmith-over-budget'] = overBudget.map(toHeader).join(',');
  }
  const { costUsd, costIsGuess } = findPaid(exchange);
  if (costUsd !== null) {
    headers['x-routesmith-cost-usd'] = formatUsd(costUsd);
    if (costIsGuess) headers['x-routesmith-cost-is-guess'] = '1';
  }
  return headers;
}

/** A name as a header: printable ASCII, everything else as in a URL. */
function toHeader(name: string): string {
  // Nearly all names are.
  if (name.length <= 200 && /^[\x21-\x7e]*$/.test(name)) return name;
  return name
    .slice(0, 200)
    .replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(toWellFormed(text)));
}

function toWellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

/** An amount without an exponent. */
function formatUsd(usd: number): string {
  return usd.toFixed(12).replace(/\.?0+$/, '') || '0';
}
