import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeChance } from '../../../src/policy/decide/draw-model.js';
import type { LoggedChoices, PolicyChoices } from '../../../src/review/estimates/logged-choices.js';
import { listRows } from '../../../src/util/numeric-arrays.js';
import type { Random } from '../../../src/util/random.js';
import type { RoutedWorld } from './routed-world.js';

/** How a simulated log explores. */
export interface SimulatedExploration {
  readonly share: number;
  /** Toward the other policy's choice where both differ; otherwise any model. */
  readonly isTowardCandidate: boolean;
}

/** Draws requests with replacement, and serves them with the current policy and its exploration. */
export function simulateLog(
  world: RoutedWorld,
  { share, isTowardCandidate }: SimulatedExploration,
  requests: number,
  random: Random,
): { readonly log: LoggedChoices; readonly target: PolicyChoices } {
  const size = world.models.length;
  const served = new Int32Array(requests);
  const usual = new Int32Array(requests);
  const model = new Int32Array(requests);
  const propensity = new Float64Array(requests);
  const loggedPropensity = new Float64Array(requests);
  const usualPropensity = new Float64Array(requests);
  const outcomes = new Float64Array(requests);
  const servedEstimate = new Float64Array(requests);
  const usualEstimate = new Float64Array(requests);
  const estimate = new Float64Array(requests);
  for (let request = 0; request < requests; request++) {
    const prompt = Math.floor(random() * world.prompts);
    const current = world.current[prompt] as number;
    const other = world.candidate[prompt] as number;
    const candidate = isTowardCandidate ? other : null;
    const isDrawn = random() < share && candidate !== current;
    const used = isDrawn ? (candidate ?? Math.floor(random() * size)) : current;
    const chances = { share, usual: current, candidate, feasibleCount: size };
    usual[request] = current;
    model[request] = other;
    served[request] = used;
    propensity[request] = candidate === current ? 1 : computeChance(used, chances);
    usualPropensity[request] = candidate === current ? 1 : computeChance(current, chances);
    loggedPropensity[request] = candidate === current ? 1 : computeChance(other, chances);
    outcomes[request] = world.quality[prompt * size + used] as number;
    servedEstimate[request] = world.estimates[prompt * size + used] as number;
    usualEstimate[request] = world.estimates[prompt * size + current] as number;
    estimate[request] = world.estimates[prompt * size + other] as number;
  }
  const failed = new Int8Array(requests);
  const groups = indexGroups(listRows(requests));
  return {
    log: {
      chosen: served,
      served,
      propensity,
      quality: outcomes,
      servedEstimate,
      usual: {
        model: usual,
        estimate: usualEstimate,
        loggedPropensity: usualPropensity,
        failed,
      },
      groups,
    },
    target: { model, estimate, loggedPropensity, failed },
  };
}
