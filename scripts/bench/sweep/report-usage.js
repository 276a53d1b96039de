/**
 * Loaded before a program with `node --import`: when it ends, what it took is written to the file
 * that ROUTESMITH_USAGE_FILE names.
 */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 };
  writeFileSync(process.env['ROUTESMITH_USAGE_FILE'], JSON.stringify(usage));
});
