import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { averageResults } from './average-results.js';
import type { RoutingDataSet } from './data-sets.js';
import { measurePartial } from './measure-partial.js';
import { measureConversations, measureFrames, type KeptDecisions } from './measure-rewording.js';

interface RewordingSettings {
  readonly isWanted: (name: string) => boolean;
  readonly seeds: readonly number[];
}

/** Measures and prints `frames`, `conversations` and `partial`, where they are wanted. */
export async function measureRewording(
  engine: TensorFlowEngine,
  dataSets: readonly RoutingDataSet[],
  { isWanted, seeds }: RewordingSettings,
): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  const read = async (name: string) =>
    (await dataSets.find((dataSet) => dataSet.name === name)?.read())?.table;
  const repeat = async <T extends object>(measure: (seed: number) => Promise<T>) => {
    const bySeed: T[] = [];
    for (const seed of seeds) bySeed.push(await measure(seed));
    return averageResults(bySeed);
  };

  const table = await read('llmrouter');
  if (table === undefined) return results;
  if (isWanted('frames')) {
    const data = computeTrainingData(table);
    const frames = await repeat((seed) => measureFrames(engine, data, seed));
    results['frames'] = frames;
    printKept('frames: decisions on LLMRouter prompts that changes of form leave alone', frames);
  }
  if (isWanted('conversations')) {
    for (const name of ['llmrouter', 'routellm-mmlu']) {
      const own = await read(name);
      if (own === undefined) continue;
      const data = computeTrainingData(own);
      const measured = await repeat((seed) => measureConversations(engine, data, seed));
      results[name === 'llmrouter' ? 'conversations' : 'conversations-mmlu'] = measured;
      printKept(`conversations: ${name}, after turns of other tasks`, measured.topicChange);
      printKept(`conversations: ${name}, follow-ups`, measured.followUps);
    }
  }
  if (isWanted('partial')) {
    const partial = await repeat((seed) => measurePartial(engine, table, seed));
    results['partial'] = partial;
    console.log(
      `\npartial: gain ${partial.gain.toFixed(4)}; with 30 % of the cells ${partial.gainAt30.toFixed(4)}`,
    );
    console.log('quality with a model known for 2 % of the prompts, against without the model:');
    for (const [model, difference] of Object.entries(partial.byModel)) {
      console.log(`  ${model}: ${difference.toFixed(4)}`);
    }
  }
  return results;
}

function printKept(
  title: string,
  { kept, keptWorst, byChange, offCommonest }: KeptDecisions,
): void {
  console.log(
    `\n${title}: ${percentage(kept)} kept, worst ${percentage(keptWorst)} (a constant keeps 100 %);` +
      ` ${percentage(offCommonest)} of the prompts do not go to the commonest model`,
  );
  for (const [name, share] of Object.entries(byChange)) {
    console.log(`  ${percentage(share).padStart(7)}  ${name}`);
  }
}

function percentage(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
