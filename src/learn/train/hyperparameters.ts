import { checkMembers, type MemberTypes } from '../../util/check-members.js';
import { RoutesmithError } from '../../util/errors.js';

/** Settings of the fits. The defaults are those of the command line and of every measured figure. */
export interface Hyperparameters {
  /**
   * Features that a policy may keep: fewer make a smaller file. They are chosen by a first fit.
   * @default 4,096 to 16,384, so that the file stays below 400 kB
   */
  readonly maxFeatures?: number;
  /** Weight of the data against the penalty in the task classifier. @default 4 */
  readonly taskDataWeight?: number;
  /** The same in the sparse linear heads. @default 0.2 */
  readonly headDataWeight?: number;
  /** Full-batch Adam steps of the dense heads. @default 200 */
  readonly steps?: number;
  /** Learning rate of the dense heads. @default 0.05 */
  readonly learningRate?: number;
}

const wholeNumbers: ReadonlySet<string> = new Set(['maxFeatures', 'steps']);

const types: MemberTypes<keyof Hyperparameters> = {
  maxFeatures: 'number',
  taskDataWeight: 'number',
  headDataWeight: 'number',
  steps: 'number',
  learningRate: 'number',
};

/**
 * Checks hyperparameters that a caller gives.
 *
 * @throws RoutesmithError `usage` for an unknown one, and for one that is not positive, or not whole where it is a number of
 * things
 */
export function checkHyperparameters(given: Hyperparameters): void {
  checkMembers(given, types, 'hyperparameters');
  for (const [name, value] of Object.entries(given) as [string, number | undefined][]) {
    if (value === undefined) continue;
    const isWhole = wholeNumbers.has(name);
    if (value > 0 && Number.isFinite(value) && (!isWhole || Number.isInteger(value))) continue;
    throw new RoutesmithError(
      'usage',
      `${value} is not a positive${isWhole ? ' whole' : ''} number`,
      {
        where: `hyperparameters.${name}`,
        fix: 'Leave it out for the default.',
      },
    );
  }
}
