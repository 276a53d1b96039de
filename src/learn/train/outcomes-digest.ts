import { createHash } from 'node:crypto';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { canonicalJson } from '../../util/canonical-json.js';

/** SHA-256 of everything that a policy learns from: models, prompts, labels, groups and outcomes. */
export function computeOutcomesDigest(table: OutcomeTable): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([table.models, table.costBasis, table.simulated]));
  for (const prompt of table.prompts) hash.update(canonicalJson(prompt));
  const { quality, costUsd, latencyMs, inputTokens, outputTokens } = table;
  for (const matrix of [quality, costUsd, latencyMs, inputTokens, outputTokens]) {
    hash.update(new Uint8Array(matrix.buffer, matrix.byteOffset, matrix.byteLength));
  }
  return hash.digest('hex');
}
