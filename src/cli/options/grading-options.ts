import type { GradingToolsSettings, OpenGradingTools } from '../../measure/sweep/grading-tools.js';
import { listenForInterrupt } from '../print/interrupt.js';
import { printWarning } from '../print/print.js';
import type { OptionSpec } from './define-command.js';

/** Options of the commands that grade answers. */
export const gradingOptions = {
  'allow-code': {
    type: 'boolean',
    default: false,
    describe: 'Run code that models wrote, in a sandbox, for examples whose grader needs it',
  },
  judge: {
    type: 'string',
    describe:
      'Pool file with one model, which judges the examples whose grader is a judge; its calls are paid',
  },
  ambiguous: {
    type: 'string',
    choices: ['judge', 'wrong', 'ungraded'] as const,
    describe:
      'Who decides an answer with two final answers (default: as before in this run, or nobody)',
  },
} as const satisfies Record<string, OptionSpec>;

/** What a command grades with. */
export interface Grading extends Pick<OpenGradingTools, 'tools' | 'judgeSpend' | 'estimatedJudge'> {
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface GradingSettings extends GradingToolsSettings {
  /** Names of the graded models; warns where the judge is from the same vendor. */
  readonly candidates: readonly string[];
  /** Printed at Ctrl-C. */
  readonly interruptMessage: string;
}

/** Opens a sandbox and a judge, runs the work until it ends or is interrupted, and closes them. */
export async function withGradingTools<Result>(
  { candidates, interruptMessage, ...settings }: GradingSettings,
  work: (grading: Grading) => Promise<Result>,
): Promise<Result> {
  const { checkJudgeChoice, openGradingTools } =
    await import('../../measure/sweep/grading-tools.js');
  checkJudgeChoice(settings);
  const interrupt = listenForInterrupt(interruptMessage);
  let opened: OpenGradingTools | undefined;
  try {
    opened = await openGradingTools(settings, interrupt.signal);
    const kinship = opened.describeKinship(candidates);
    if (kinship !== undefined) printWarning(kinship);
    return await work({ ...opened, signal: interrupt.signal });
  } finally {
    interrupt.dispose();
    await opened?.close();
  }
}
