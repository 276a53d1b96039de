import { countImages } from '../../llm/chat.js';
import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';

/** Which models can be asked examples of which some hold images. */
export interface VisionSelection {
  readonly models: readonly PoolModel[];
  /** Ids of the models that are left out, because every example holds an image and they read none. */
  readonly skipped: readonly string[];
  /** Ids of models that are asked examples with images although the pool lists no `vision` for them. */
  readonly doubtful: readonly string[];
  /** Number of examples with images. */
  readonly imageExamples: number;
}

/**
 * Leaves out the models without `vision` where every example holds an image: their calls would only
 * fail. Where some examples are of text only, all models stay, so that they can be asked those.
 */
export function selectByVision(
  models: readonly PoolModel[],
  examples: readonly Example[],
): VisionSelection {
  const imageExamples = examples.filter(({ prompt }) => countImages(prompt) > 0).length;
  const sees = ({ capabilities }: PoolModel): boolean => capabilities?.vision === true;
  const seeing = models.filter(sees);
  const others = models.filter((model) => !sees(model)).map(({ id }) => id);
  if (imageExamples === 0) return { models, skipped: [], doubtful: [], imageExamples };
  return imageExamples === examples.length
    ? { models: seeing, skipped: others, doubtful: [], imageExamples }
    : { models, skipped: [], doubtful: others, imageExamples };
}
