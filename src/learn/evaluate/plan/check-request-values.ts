import { RoutesmithError } from '../../../util/errors.js';
import type { ObjectiveRequest } from './objective-request.js';

/**
 * Checks a requested objective by itself: programs without types can request anything.
 *
 * @param index of the request in its list
 * @throws RoutesmithError `usage`, naming the member that is wrong
 */
export function checkRequestValues(request: ObjectiveRequest, index: number): void {
  const refuse = (member: string, problem: string, fix: string): never => {
    throw new RoutesmithError('usage', problem, { where: `objectives[${index}].${member}`, fix });
  };
  const checkAbove0 = (member: string, value: unknown): void => {
    if (typeof value === 'number' && value > 0 && value < Infinity) return;
    refuse(member, `${String(value)} is not a limit`, 'Give a number above 0.');
  };
  const checkOneOf = (member: string, value: unknown, allowed: readonly string[]): void => {
    if (allowed.includes(value as string)) return;
    refuse(member, `unknown value "${String(value).slice(0, 80)}"`, `Use ${allowed.join(' or ')}.`);
  };
  if (typeof request.name !== 'string' || request.name.trim() === '') {
    refuse('name', 'an objective needs a name', 'Give a text that is not blank.');
  }
  checkOneOf('kind', request.kind, [
    'highest_quality',
    'keep_quality',
    'limit_cost',
    'limit_latency',
  ]);
  if (request.kind === 'highest_quality') return;
  const { guarantee = 'bound' } = request;
  checkOneOf('guarantee', guarantee, ['bound', 'point']);
  switch (request.kind) {
    case 'keep_quality': {
      const { keepQuality, lowest } = request;
      if (!(typeof keepQuality === 'number' && keepQuality > 0 && keepQuality <= 1)) {
        const fix = 'Give a number above 0 and at most 1: 0.9 keeps 90 % of the quality.';
        refuse('keepQuality', `${String(keepQuality)} is not a share of the quality`, fix);
      }
      checkOneOf('lowest', lowest, ['cost', 'latency']);
      return;
    }
    case 'limit_cost':
      return checkAbove0('maxCostPerRequestUsd', request.maxCostPerRequestUsd);
    case 'limit_latency':
      return checkAbove0('maxLatencyP95Ms', request.maxLatencyP95Ms);
  }
}
