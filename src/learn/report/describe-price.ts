import { formatPrice } from '../../util/format-number.js';

/** A price that a replay was given, in USD per million tokens. */
export interface DescribedPrice {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  readonly cachedInputPerMillionUsd?: number | undefined;
  readonly cacheWritePerMillionUsd?: number | undefined;
}

/** `$0.10 input, $0.40 output, $0.05 cached input`, for the terminal and for pages alike. */
export function describePrice({
  inputPerMillionUsd: input,
  outputPerMillionUsd: output,
  cachedInputPerMillionUsd: cached,
  cacheWritePerMillionUsd: written,
}: DescribedPrice): string {
  return [
    `${formatPrice(input)} input`,
    `${formatPrice(output)} output`,
    ...(cached === undefined ? [] : [`${formatPrice(cached)} cached input`]),
    ...(written === undefined ? [] : [`${formatPrice(written)} cache write`]),
  ].join(', ');
}
