/** The other end of `createProjectionFitter`: fits what it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { fitProjection, type ProjectionProblem } from './fit-projection.js';
import type { ProjectionRequest } from './projection-fitter.js';

const problem = workerData as ProjectionProblem;
parentPort?.on('message', ({ trainingRows, scoredRows, options }: ProjectionRequest) => {
  parentPort?.postMessage(fitProjection(problem, trainingRows, scoredRows, options));
});
