import { estimateValue } from '../../../src/review/estimates/estimate-value.js';
import { createRandom } from '../../../src/util/random.js';
import type { RoutedWorld } from './routed-world.js';
import { simulateLog, type SimulatedExploration } from './simulate-log.js';

/** How often logs show that a model lost quality without a notice. */
export interface DropFinding {
  readonly world: string;
  /** Null where no model changed: then every alarm is false. */
  readonly model: string | null;
  /** Share of the requests for which production chooses it; 1 where no model changed. */
  readonly traffic: number;
  readonly logs: number;
  readonly found: number;
}

/** A model with a smaller share of the traffic changes the policy's quality too little to be seen. */
const minTraffic = 0.2;

/** Lets each model that matters lose points in turn, and counts the logs that raise the alarm. */
export function checkDrops(
  world: RoutedWorld,
  points: number,
  exploration: SimulatedExploration,
  { requests, logs, seed }: { requests: number; logs: number; seed: number },
): DropFinding[] {
  const trafficOf = world.models.map(
    (_, model) => world.current.filter((chosen) => chosen === model).length / world.prompts,
  );
  const dropped = [...world.models.keys()].filter((model) => (trafficOf[model] ?? 0) >= minTraffic);
  const random = createRandom(seed);
  const countAlarms = (own: RoutedWorld): number => {
    let alarms = 0;
    for (let round = 0; round < logs; round++) {
      const { log } = simulateLog(own, exploration, requests, random);
      const review = estimateValue(log, log.usual);
      alarms += review.kind === 'estimated' && review.drift ? 1 : 0;
    }
    return alarms / logs;
  };
  const common = { world: world.name, logs };
  return [
    { ...common, model: null, traffic: 1, found: countAlarms(world) },
    ...dropped.map((model) => ({
      ...common,
      model: world.models[model] as string,
      traffic: trafficOf[model] as number,
      found: countAlarms(dropQuality(world, model, points, seed)),
    })),
  ];
}

/** The same world after a model lost some of its quality without a notice. */
function dropQuality(world: RoutedWorld, model: number, points: number, seed: number): RoutedWorld {
  const random = createRandom(seed);
  const size = world.models.length;
  let mean = 0;
  for (let prompt = 0; prompt < world.prompts; prompt++) {
    mean += (world.quality[prompt * size + model] as number) / world.prompts;
  }
  const lost = points / 100 / mean;
  const quality = world.quality.map((value, cell) =>
    cell % size === model && random() < lost ? 0 : value,
  );
  return { ...world, quality };
}
