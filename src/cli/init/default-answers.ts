import { RoutesmithError } from '../../util/errors.js';
import { knownProviders } from '../../measure/models/resolve-provider.js';
import { listColumns } from '../../measure/tables/column-map.js';
import { missingPrices } from '../../measure/models/listing/build-pool.js';
import type { InitQuestions } from './init-questions.js';

/** A list with more models than this is a catalog, from which models have to be chosen. */
const maxAllModels = 8;

/** The answers of `--yes`: the guesses; an error names the option where there is none. */
export const defaultAnswers: InitQuestions = {
  async chooseColumn(field, columns, guess, longest) {
    if (guess !== undefined || field !== 'prompt') return guess;
    const texts =
      longest === undefined ? '' : ` The longest texts are in ${listColumns([longest])}.`;
    throw missing(
      'it is not clear which column holds the prompts',
      `--map prompt=COLUMN.${texts} The first row says that the columns are ${listColumns(columns)}`,
    );
  },
  async confirmGraders() {},
  async chooseProvider() {
    const names = [...knownProviders.keys()].join(', ');
    throw missing('no provider is given', `--provider with ${names} or a base URL`);
  },
  async chooseModels(listed) {
    if (listed.length >= 2 && listed.length <= maxAllModels)
      return listed.map(({ model }) => model);
    const some = listed.slice(0, 3).map(({ model }) => model);
    throw missing(
      `the provider lists ${listed.length} models, and none is chosen`,
      `--models, such as --models ${some.join(',')}`,
    );
  },
  async askPrices(models) {
    throw missingPrices(models);
  },
  async chooseJudge() {
    return undefined;
  },
};

function missing(what: string, option: string): RoutesmithError {
  return new RoutesmithError('usage', what, { fix: `Add ${option}.` });
}
