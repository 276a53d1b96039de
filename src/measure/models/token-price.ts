/** No model is this cheap per million tokens: the price of one token, as some lists give it. */
const minPerMillionUsd = 0.001;

/** What is wrong with a price that somebody gives in USD per million tokens; undefined if nothing is. */
export function findTokenPriceProblem(perMillionUsd: number): string | undefined {
  if (perMillionUsd === 0 || perMillionUsd >= minPerMillionUsd) return undefined;
  return (
    `${perMillionUsd} is less than $${minPerMillionUsd} per million tokens; ` +
    'if it is the price of one token, multiply it by 1,000,000'
  );
}
