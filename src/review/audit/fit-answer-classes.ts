import { addAt, at, intAt, rowOf } from '../../util/numeric-arrays.js';
import { createRandom } from '../../util/random.js';
import type { AuditedRequests } from './audited-requests.js';

/** Classes of requests, by which models seem to answer them well. */
export interface AnswerClasses {
  readonly count: number;
  /** The probability of each class for each request; row-major, requests x classes. */
  readonly shares: Float64Array;
  /** Mean grade of each model's answers in each class; row-major, classes x models. */
  readonly grades: Float64Array;
}

/** A class takes so many requests to be told from chance, and more classes than these tell no more. */
const requestsPerClass = 40;
const maxClasses = 10;
const iterations = 25;

/**
 * Finds latent classes of requests from the grades of all models' answers, the task, and which model
 * served, which are taken to be independent within a class (latent class analysis; Lazarsfeld and
 * Henry, 1968; Goodman, Biometrika 61, 1974), by expectation maximization. A grade between 0 and 1
 * counts as that share of a right answer. No label of a person is read.
 */
export function fitAnswerClasses(requests: AuditedRequests, seed: number): AnswerClasses {
  const { models, quality, served, taskOf, weights } = requests;
  const rows = weights.length;
  const width = models.length;
  const count = Math.max(1, Math.min(maxClasses, Math.floor(rows / requestsPerClass)));
  const shares = drawShares(rows, count, seed);
  const grades = new Float64Array(count * width);
  const scale = rows / weights.reduce((sum, weight) => sum + weight, 0);
  const counted = weights.map((weight) => weight * scale);
  const labels = [
    createLabelCounts(served, width, count),
    createLabelCounts(taskOf, 1 + taskOf.reduce((most, task) => Math.max(most, task), 0), count),
  ];
  const sizes = new Float64Array(count);
  const logRight = new Float64Array(grades.length);
  const logWrong = new Float64Array(grades.length);

  function maximize(): void {
    sizes.fill(0);
    grades.fill(0);
    for (const label of labels) label.clear();
    for (let row = 0; row < rows; row++) {
      for (let one = 0; one < count; one++) {
        const share = at(shares, row * count + one) * at(counted, row);
        addAt(sizes, one, share);
        for (const label of labels) label.add(row, one, share);
        for (let model = 0; model < width; model++) {
          addAt(grades, one * width + model, share * at(quality, row * width + model));
        }
      }
    }
    for (const label of labels) label.take(sizes);
    grades.forEach((sum, cell) => {
      // One right and one wrong answer more, so that no chance is 0.
      const mean = (sum + 1) / (at(sizes, Math.floor(cell / width)) + 2);
      grades[cell] = mean;
      logRight[cell] = Math.log(mean);
      logWrong[cell] = Math.log(1 - mean);
    });
  }

  function expect(): void {
    const logSize = sizes.map((size) => Math.log(size + 1));
    for (let row = 0; row < rows; row++) {
      const own = rowOf(shares, row, count);
      for (let one = 0; one < count; one++) {
        let sum = at(logSize, one);
        for (const label of labels) sum += label.logChance(row, one);
        for (let model = 0; model < width; model++) {
          const grade = at(quality, row * width + model);
          const cell = one * width + model;
          sum += grade * at(logRight, cell) + (1 - grade) * at(logWrong, cell);
        }
        own[one] = sum;
      }
      normalizeLogs(own);
    }
  }

  maximize();
  for (let step = 0; step < iterations; step++) {
    expect();
    maximize();
  }
  return { count, shares, grades };
}

/** Random probabilities, from which the classes part. */
function drawShares(rows: number, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const shares = Float64Array.from({ length: rows * count }, () => 2 * random());
  for (let row = 0; row < rows; row++) normalizeLogs(rowOf(shares, row, count));
  return shares;
}

/** Turns logarithms into probabilities, in place. */
function normalizeLogs(values: Float64Array): void {
  const highest = Math.max(...values);
  let sum = 0;
  values.forEach((value, index) => {
    values[index] = Math.exp(value - highest);
    sum += at(values, index);
  });
  values.forEach((value, index) => (values[index] = value / sum));
}

/** How often requests of a class have each label, such as a task. */
interface LabelCounts {
  clear(): void;
  add(row: number, one: number, share: number): void;
  /** Ends the counting. */
  take(sizes: Float64Array): void;
  logChance(row: number, one: number): number;
}

function createLabelCounts(labelOf: Int32Array, labels: number, classes: number): LabelCounts {
  const counts = new Float64Array(labels * classes);
  return {
    clear: () => void counts.fill(0),
    add: (row, one, share) => addAt(counts, intAt(labelOf, row) * classes + one, share),
    take(sizes) {
      counts.forEach((count, cell) => {
        counts[cell] = Math.log((count + 0.5) / (at(sizes, cell % classes) + 0.5 * labels));
      });
    },
    logChance: (row, one) => at(counts, intAt(labelOf, row) * classes + one),
  };
}
