import { gammaln, probit } from 'simple-statistics';

/** The standard normal quantile of 0.975: half the width of a 95 % interval, in standard errors. */
export const normalQuantile95 = 1.959964;

/**
 * P(T > t) of Student's t with any positive number of degrees of freedom, to about 12 digits: a
 * regularized incomplete beta function (Abramowitz and Stegun 26.7.1 and 26.5.27).
 */
export function computeStudentTail(t: number, degreesOfFreedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const share = degreesOfFreedom / (degreesOfFreedom + t ** 2);
  const bothTails = computeIncompleteBeta(share, degreesOfFreedom / 2, 0.5);
  return t > 0 ? bothTails / 2 : 1 - bothTails / 2;
}

/**
 * Quantile of Student's t: Newton's method from the expansion around the normal quantile
 * (Abramowitz and Stegun 26.7.5), which alone is exact enough from about 30 degrees of freedom on.
 *
 * @param probability in (0, 1)
 */
export function computeStudentQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability < 0.5) return -computeStudentQuantile(1 - probability, degreesOfFreedom);
  let t = expandQuantile(probability, degreesOfFreedom);
  for (let step = 0; step < 60; step++) {
    const excess = computeStudentTail(t, degreesOfFreedom) - (1 - probability);
    const change = excess / computeStudentDensity(t, degreesOfFreedom);
    t += change;
    if (Math.abs(change) <= 1e-11 * Math.abs(t)) break;
  }
  return t;
}

function expandQuantile(probability: number, degreesOfFreedom: number): number {
  const z = probit(probability);
  const inverse = 1 / degreesOfFreedom;
  return (
    z +
    ((z ** 3 + z) / 4) * inverse +
    ((5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96) * inverse ** 2 +
    ((3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384) * inverse ** 3
  );
}

function computeStudentDensity(t: number, degreesOfFreedom: number): number {
  const half = (degreesOfFreedom + 1) / 2;
  const logScale =
    gammaln(half) - gammaln(degreesOfFreedom / 2) - Math.log(Math.PI * degreesOfFreedom) / 2;
  return Math.exp(logScale - half * Math.log1p(t ** 2 / degreesOfFreedom));
}

/** The regularized incomplete beta function I_x(a, b), for x in [0, 1]. */
function computeIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return Math.min(1, Math.max(0, x));
  // The continued fraction converges quickly on one side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - computeIncompleteBeta(1 - x, b, a);
  const logFront =
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a);
  return Math.exp(logFront) / computeBetaFraction(x, a, b);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function computeBetaFraction(x: number, a: number, b: number): number {
  let fraction = 1;
  let numerator = 1;
  let denominator = 0;
  for (let step = 1; step <= 10_000; step++) {
    const half = Math.floor(step / 2);
    const term =
      step % 2 === 0
        ? (half * (b - half) * x) / ((a + step - 1) * (a + step))
        : (-(a + half) * (a + b + half) * x) / ((a + step - 1) * (a + step));
    denominator = 1 / (1 + term * denominator);
    numerator = 1 + term / numerator;
    fraction *= numerator * denominator;
    if (Math.abs(numerator * denominator - 1) < 1e-14) break;
  }
  return fraction;
}
