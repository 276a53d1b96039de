import type { Finding } from '../honesty/finding.js';
import type { AuditFinding } from './check-audits.js';
import type { DropFinding } from './check-drops.js';
import type { EstimateFinding } from './check-estimates.js';

export interface LoopResults {
  readonly estimates: readonly EstimateFinding[];
  readonly drops: readonly DropFinding[];
  readonly audits: readonly AuditFinding[];
}

/** The figures in short. */
export interface LoopFigures {
  /** Mean coverage of the doubly robust intervals from 10,000 requests. */
  readonly drCoverage10k: number;
  /** Greatest error of the doubly robust estimate, as a share of that of inverse propensities. */
  readonly drRmseVsIps: number;
  /** Mean coverage of kept quality and regret, over all judges. */
  readonly auditCoverage: number;
  /** Smallest ratio of the widths of kept quality without and with a fair judge. */
  readonly ppiWidthRatio: number;
  /** Smallest share of logs in which a model's lost points raise the alarm. */
  readonly silentDropFound: number;
}

/** Every figure with its bounds, and the figures in short. */
export function summarizeLoop({ estimates, drops, audits }: LoopResults): {
  readonly findings: readonly Finding[];
  readonly loop: LoopFigures;
} {
  const estimated = estimates.filter(({ logs, refused }) => refused < logs);
  const long = estimated.filter(({ requests }) => requests === 10_000);
  const judged = audits.filter(({ judge }) => judge === 'fair');
  return {
    findings: [
      ...estimates.flatMap(listEstimateFindings),
      ...drops.map(describeDrop),
      ...audits.flatMap(listAuditFindings),
    ],
    loop: {
      drCoverage10k: mean(long.map(({ coverage }) => coverage)),
      drRmseVsIps: Math.max(...estimated.map(({ rmse, ipsRmse }) => rmse / ipsRmse)),
      auditCoverage: mean(
        audits.flatMap(({ keptCoverage, regretCoverage }) => [keptCoverage, regretCoverage]),
      ),
      ppiWidthRatio: Math.min(...judged.map(({ keptWidthRatio }) => keptWidthRatio)),
      silentDropFound: Math.min(
        ...drops.filter(({ model }) => model !== null).map(({ found }) => found),
      ),
    },
  };
}

function listEstimateFindings(found: EstimateFinding): Finding[] {
  const { world, requests, share, isTowardCandidate, logs, refused } = found;
  const explored = isTowardCandidate ? 'toward the candidate' : 'any model';
  const where = `${world}, ${requests} requests, ${100 * share} % ${explored}`;
  const refusals: Finding = {
    what: `${where}: refused`,
    trials: logs,
    share: refused / logs,
    ...(share === 0 && { wanted: [1, 1] as const }),
  };
  if (refused === logs) return [refusals];
  const trials = logs - refused;
  const wanted = requests >= 10_000 ? ([0.93, 0.97] as const) : ([0.9, 1] as const);
  return [
    ...(refused > 0 ? [refusals] : []),
    { what: `${where}: value inside`, trials, share: found.coverage, wanted },
    { what: '  difference inside', trials, share: found.differenceCoverage, wanted },
    {
      what: '  error / error of IPS',
      trials,
      share: found.rmse / found.ipsRmse,
      wanted: [0, 0.8],
    },
  ];
}

function describeDrop({ world, model, traffic, logs, found }: DropFinding): Finding {
  if (model === null) return { what: `${world}: false alarm`, trials: logs, share: found };
  return {
    what: `${world}: ${model} (${(100 * traffic).toFixed(0)} %) loses 8 points, found`,
    trials: logs,
    share: found,
    wanted: [0.9, 1],
  };
}

function listAuditFindings(found: AuditFinding): Finding[] {
  const { world, judge, audits: trials, judgeAccuracy } = found;
  const by =
    judge === 'none' ? 'graders' : `a ${judge} judge, accuracy ${judgeAccuracy.toFixed(2)}`;
  const wanted = [0.93, 0.97] as const;
  const intervals: Finding[] = [
    { what: `${world}, audit by ${by}: kept inside`, trials, share: found.keptCoverage, wanted },
    { what: '  regret inside', trials, share: found.regretCoverage, wanted },
    { what: '  share better inside', trials, share: found.betterCoverage },
  ];
  if (judge === 'none') return intervals;
  return [
    ...intervals,
    { what: '  width without the judge: quality', trials, share: found.qualityWidthRatio },
    {
      what: '  width without the judge: kept',
      trials,
      share: found.keptWidthRatio,
      ...(judge === 'fair' && { wanted: [1.3, 100] as const }),
    },
    ...(judge === 'fair'
      ? [{ what: '    at most, by all that is true', trials, share: found.keptWidthCeiling }]
      : []),
    { what: '  width without the judge: regret', trials, share: found.regretWidthRatio },
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
