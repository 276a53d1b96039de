/**
 * Mean quality of each model on each task, shrunk towards the model's overall mean by as much as
 * the spread between tasks is explained by chance (empirical Bayes for a normal mean with known
 * sampling variance; Efron and Morris, 1973, method of moments).
 *
 * @param quality row-major rows x models, NaN where missing
 * @param taskOf task index of each row; -1 where unknown, and then the row counts overall only
 * @param weights how many prompts each row stands for. @default all 1
 * @returns row-major tasks x models, in (0, 1)
 */
export function shrinkTaskQuality(
  quality: Float32Array,
  taskOf: Int32Array,
  rows: Int32Array,
  taskCount: number,
  modelCount: number,
  weights?: Float64Array,
): Float32Array {
  const result = new Float32Array(taskCount * modelCount);
  const sums = new Float64Array(taskCount);
  const counts = new Float64Array(taskCount);
  for (let model = 0; model < modelCount; model++) {
    sums.fill(0);
    counts.fill(0);
    let total = 0;
    let labelledSquares = 0;
    let known = 0;
    for (const row of rows) {
      const value = quality[row * modelCount + model] as number;
      if (Number.isNaN(value)) continue;
      const weight = weights?.[row] ?? 1;
      total += weight * value;
      known += weight;
      const task = taskOf[row] as number;
      if (task < 0) continue;
      labelledSquares += weight * value * value;
      sums[task] = (sums[task] as number) + weight * value;
      counts[task] = (counts[task] as number) + weight;
    }
    // One pseudo-observation of .5 keeps the log-odds of a perfect model finite.
    const overall = (total + 0.5) / (known + 1);
    let between = 0;
    let betweenSquares = 0;
    let labelled = 0;
    let countSquares = 0;
    let usedTasks = 0;
    for (let task = 0; task < taskCount; task++) {
      const count = counts[task] as number;
      if (count === 0) continue;
      const sum = sums[task] as number;
      between += count * (sum / count - overall) ** 2;
      betweenSquares += (sum * sum) / count;
      labelled += count;
      countSquares += count * count;
      usedTasks += 1;
    }
    const withinVariance = Math.max(
      (labelledSquares - betweenSquares) / Math.max(1, labelled - usedTasks),
      0.01,
    );
    const spread =
      (between - (usedTasks - 1) * withinVariance) /
      Math.max(1, labelled - countSquares / Math.max(1, labelled));
    const priorCount = withinVariance / Math.max(spread, withinVariance / 1000);
    for (let task = 0; task < taskCount; task++) {
      const shrunken =
        ((sums[task] as number) + priorCount * overall) / ((counts[task] as number) + priorCount);
      // Rounded to a float32, a share too close to 0 or 1 would become it and have no log-odds.
      result[task * modelCount + model] = Math.min(1 - 1e-6, Math.max(1e-6, shrunken));
    }
  }
  return result;
}
