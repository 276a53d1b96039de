/**
 * Evidence that may be looked at after every prompt: a betting e-process (Waudby-Smith and Ramdas,
 * "Estimating means of bounded random variables by betting", 2024). Under the null hypothesis it
 * exceeds 1 / alpha at any time with a probability of at most alpha.
 */
export interface EProcess {
  /** The evidence so far; 1 before the first difference. */
  readonly value: number;
  /** Notes the next difference, in [-1, 1]. */
  add(difference: number): void;
}

/** Evidence at which a null hypothesis is rejected at 5 %. */
export const decisiveEvidence = 20;

/** Shares of what is there that are bet, on differences of which most may be as large as 1. */
const usualBets = [0.05, 0.1, 0.2, 0.3, 0.5] as const;
/** A loss of all must stay impossible. */
const maxBet = 0.9;

/**
 * Creates an e-process of the null hypothesis that the mean difference is at most 0.
 *
 * @param scale by how much most differences are smaller than the bound of 1, which is known before
 * any of them: bets are larger by as much. @default 1
 */
export function createEProcess(scale = 1): EProcess {
  const bets = usualBets.map((bet) => Math.min(maxBet, bet * scale));
  const logs = bets.map(() => 0);
  return {
    get value() {
      return logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length;
    },
    add(difference) {
      bets.forEach((bet, index) => {
        logs[index] = (logs[index] ?? 0) + Math.log(1 + bet * difference);
      });
    },
  };
}
