/** The worker of `createProjectionFitter`: fits one request after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { fitProjection, type ProjectionProblem } from './fit-projection.js';
import type { ProjectionRequest } from './projection-fitter.js';

const problem = workerData as ProjectionProblem;
parentPort?.on('message', ({ options, ...rows }: ProjectionRequest) => {
  parentPort?.postMessage(fitProjection(problem, rows, options));
});
