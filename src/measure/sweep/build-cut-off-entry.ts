import type { BegunCall } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';

/**
 * The ledger's line of a call that was under way when its process was ended from outside. Its answer
 * is lost, it may have been charged, and its cell is called again.
 */
export function buildCutOffEntry(call: BegunCall): LedgerEntry {
  const { cellKey, taskId, promptHash, model, repeat, simulated, startedAt } = call;
  return {
    version: 1,
    cellKey,
    taskId,
    promptHash,
    model,
    repeat,
    outcome: 'infrastructure',
    answer: null,
    gradeKey: null,
    grade: { kind: 'ungraded', reason: 'infrastructure failure' },
    usage: null,
    rawUsage: null,
    costUsd: null,
    costSource: null,
    ...(call.possibleCostUsd === null ? {} : { possibleCostUsd: call.possibleCostUsd }),
    ttftMs: null,
    firstContentMs: null,
    latencyMs: null,
    queueMs: 0,
    startedAt,
    failedAttempts: [],
    finishReason: null,
    servedModel: null,
    error: 'cut_off: the sweep was ended while this call was under way; it may have been charged',
    simulated,
  };
}
