/** No model is this cheap per million tokens: the price of one token or 1,000, as some lists give it. */
const minPerMillionUsd = 0.001;

/** What is wrong with a price that somebody gives in USD per million tokens; undefined if nothing is. */
export function findTokenPriceProblem(perMillionUsd: number): string | undefined {
  if (perMillionUsd === 0 || perMillionUsd >= minPerMillionUsd) return undefined;
  const times = (factor: number): string => `$${Number((perMillionUsd * factor).toPrecision(6))}`;
  return (
    `${perMillionUsd} is less than $${minPerMillionUsd} per million tokens; ` +
    `if it is the price of one token, multiply it by 1,000,000 (${times(1e6)} per million); ` +
    `if that of 1,000 tokens, by 1,000 (${times(1000)} per million)`
  );
}

/** In a list of several models, some output token costs more than this per million. */
const maxLowPriceUsd = 0.2;

/** A note about prices that are all so low that they are likely those of 1,000 tokens; undefined if they are not. */
export function describeLowPrices(perMillionUsd: readonly number[]): string | undefined {
  const highest = perMillionUsd.reduce((a, b) => Math.max(a, b), 0);
  if (highest === 0 || highest >= maxLowPriceUsd) return undefined;
  return (
    `the highest price is $${highest} per million tokens: ` +
    'if these are prices of 1,000 tokens, all costs are 1,000 times too low; multiply the prices by 1,000'
  );
}
