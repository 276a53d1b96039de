import { computeVerdict } from '../../../src/learn/evaluate/verdict/compute-verdict.js';
import type { HeldOut } from '../../../src/learn/evaluate/verdict/held-out.js';
import { chooseForRow } from '../../../src/learn/evaluate/plan/trained-plan.js';
import { makePlan } from '../../../src/learn/evaluate/plan/make-plan.js';
import { computeStrategies } from '../../../src/learn/evaluate/verdict/held-out-strategies.js';
import { createRandom } from '../../../src/util/random.js';
import { simulateOutcomes, type SimulatedWorld } from './simulate-outcomes.js';

export interface VerdictTrials {
  readonly trials: number;
  /** Share of trials with the verdict ROUTE. */
  readonly routes: number;
  /** Share of trials with ROUTE in which most prompts of every kind go to its best model. */
  readonly findsWinners: number;
}

/** Plans on half of the simulated prompts and computes the verdict on the other half, in many trials. */
export function checkVerdict(
  world: SimulatedWorld,
  {
    trials,
    prompts,
    seed,
  }: { readonly trials: number; readonly prompts: number; readonly seed: number },
): VerdictTrials {
  const random = createRandom(seed);
  let routes = 0;
  let findsWinners = 0;
  for (let trial = 0; trial < trials; trial++) {
    const { table, estimates, groups, kindOf } = simulateOutcomes(world, prompts, random);
    const rows = Int32Array.from({ length: prompts }, (_, row) => row);
    const middle = groups[Math.floor(prompts / 2)] as number;
    const plan = makePlan({
      table,
      estimates,
      groups,
      taskOf: kindOf,
      taskCount: world.kinds.length,
      rows: rows.filter((row) => (groups[row] as number) < middle),
    });
    const heldOutRows = rows.filter((row) => (groups[row] as number) >= middle);
    const heldOut: HeldOut = {
      table,
      taskOf: kindOf,
      groups,
      estimates,
      folds: [{ rows: heldOutRows, plan }],
    };
    const verdict = computeVerdict(heldOut, computeStrategies(heldOut), seed + trial);
    if (verdict.decision !== 'ROUTE') continue;
    routes += 1;
    if (choosesWinners(world, heldOut)) findsWinners += 1;
  }
  return { trials, routes: routes / trials, findsWinners: findsWinners / trials };
}

function choosesWinners({ kinds }: SimulatedWorld, heldOut: HeldOut): boolean {
  const [fold] = heldOut.folds;
  const objective = fold?.plan.objectives.find(({ name }) => name === 'quality');
  if (fold === undefined || objective === undefined) return false;
  return kinds.every((qualities, kind) => {
    const own = fold.rows.filter((row) => heldOut.taskOf[row] === kind);
    const best = Math.max(...qualities.map(({ quality }) => quality));
    const hits = own.filter((row) => {
      const choice = chooseForRow(heldOut.estimates, row, fold.plan, objective);
      return qualities[choice]?.quality === best;
    });
    return hits.length > own.length / 2;
  });
}
