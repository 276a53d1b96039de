/**
 * Writes decisions to a log as fast as it can, until it is killed: a process of its own. Prints how
 * many requests it has recorded, as often as it can.
 *
 *     tsx log-writer-process.ts DIRECTORY POLICY
 */
import { readFileSync, writeSync } from 'node:fs';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { createDecisionLog } from '../../src/serve/log/decision-log.js';

const [directory = '', file = ''] = process.argv.slice(2);
const policy = await loadPolicy(readFileSync(file, 'utf8'));
const log = await createDecisionLog({ directory, flushMs: 5, maxSegmentBytes: 200_000 });
let recorded = 0;
function recordSome(): void {
  for (let index = 0; index < 20; index++) {
    const entry = log.open(policy);
    entry.decide(`request ${recorded}`);
    entry.served({ model: 'small', costUsd: 0.001 });
    recorded += 1;
  }
  // What was accepted is counted when the turn's own work is done.
  setImmediate(() => {
    writeSync(1, `${recorded}\n`);
    setTimeout(recordSome, 1);
  });
}
recordSome();
