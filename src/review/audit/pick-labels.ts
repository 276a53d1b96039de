import { createRandom, shuffle } from '../../util/random.js';
import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditFile } from './audit-file.js';
import { drawSample } from './draw-sample.js';
import { findStakes } from './find-stakes.js';
import type { AuditReading } from './read-audited-requests.js';

/**
 * Picks requests whose answers people are to label: half uniform, half where a label matters most.
 *
 * @returns in random order, so that a part of the list is a random part
 */
export function pickLabels(
  { requests, drawn }: Pick<AuditReading, 'requests' | 'drawn'>,
  reference: number,
  size: number,
  seed: number,
): NonNullable<AuditFile['picked']> {
  const random = createRandom(seed);
  const { members, probability } = drawSample(findStakes(requests, reference), size, random);
  const picked = Array.from(members, (member, place) => ({
    id: drawn[member]?.id ?? '',
    probability: valueAt(probability, place),
  }));
  return shuffle(picked, random);
}
