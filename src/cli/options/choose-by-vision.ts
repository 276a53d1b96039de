import { selectByVision } from '../../measure/sweep/select-by-vision.js';
import type { PoolModel } from '../../measure/models/model.js';
import type { TaskSet } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { printWarning } from '../print/print.js';

const fix = 'List vision in the pool for models that read images: capabilities: [vision]';

/**
 * The models that a sweep of a task set calls, and warnings about those that may not read its images.
 *
 * @throws RoutesmithError `invalid_pool` where every example holds an image and no model reads them
 */
export function chooseByVision(
  models: readonly PoolModel[],
  { examples }: TaskSet,
  poolFile: string,
): readonly PoolModel[] {
  const { models: chosen, skipped, doubtful, imageExamples } = selectByVision(models, examples);
  if (chosen.length === 0 && skipped.length > 0) {
    throw new RoutesmithError(
      'invalid_pool',
      'every example holds an image, and no model has vision',
      {
        where: poolFile,
        fix,
      },
    );
  }
  if (skipped.length > 0) {
    const what = 'every example holds an image, and the pool lists no vision for them';
    printWarning(`Skipped: ${skipped.join(', ')}; ${what}. ${fix}.`);
  }
  if (doubtful.length > 0) {
    const what = `${imageExamples} of ${examples.length} examples hold images`;
    printWarning(`${what}, and the pool lists no vision for ${doubtful.join(', ')}. ${fix}.`);
  }
  return chosen;
}
