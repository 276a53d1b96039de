import { shrinkTaskQuality } from '../shrink-task-quality.js';
import { computeSigmoid } from './base-rates.js';
import { fitCalibratedProjection } from './fit-calibrated-projection.js';
import type { ModelFamily } from './model-family.js';

/** Which task is it, and how good is each model at that? No prompt is harder than its task. */
export const taskTableFamily: ModelFamily = {
  name: 'task_table',
  description: 'task classifier on hashed n-grams, and the shrunken mean quality of each task',
  engine: 'sparse',
  fit({ data, trainingRows, predictedRows, seed }) {
    const { projection, temperature, taskPosterior, novelty } = fitCalibratedProjection(
      data,
      trainingRows,
      predictedRows,
      seed,
    );
    const { quality: observed, models } = data.table;
    const taskCount = data.tasks.length;
    const modelCount = models.length;
    const taskQuality = shrinkTaskQuality(
      observed,
      data.taskOf,
      trainingRows,
      taskCount,
      modelCount,
    ).map((quality) => Math.log(quality / (1 - quality)));
    const quality = new Float32Array(observed.length);
    for (const row of predictedRows) {
      for (let model = 0; model < modelCount; model++) {
        let logOdds = 0;
        for (let task = 0; task < taskCount; task++) {
          logOdds +=
            (taskPosterior[row * taskCount + task] as number) *
            (taskQuality[task * modelCount + model] as number);
        }
        quality[row * modelCount + model] = computeSigmoid(logOdds);
      }
    }
    return {
      predictions: { quality, taskPosterior, novelty },
      model: {
        kind: 'task_mixture',
        tasks: data.tasks,
        temperature,
        ...projection,
        taskQuality,
        bias: new Float32Array(modelCount),
        headWeight: new Float32Array(data.tasks.length * modelCount),
      },
    };
  },
};
