import type { ListedModel } from '../../measure/models/listing/listed-model.js';
import type { GivenPrice } from '../../measure/models/listing/build-pool.js';
import type { GraderProposal } from '../../measure/setup/propose-grader.js';
import type { Source } from '../../measure/setup/read-source.js';
import type { SourceField, SourceMapping } from '../../measure/setup/source-mapping.js';

/** What `init` asks. Each question is skipped where an option answers it. */
export interface InitQuestions {
  /**
   * @param guess the column that likely holds the field
   * @param longest without a guess: the column with the longest texts
   */
  chooseColumn(
    field: SourceField,
    columns: readonly string[],
    guess: string | undefined,
    longest?: string,
  ): Promise<string | undefined>;
  /** Shows the graders, and lets them be replaced by name. */
  confirmGraders(proposals: readonly GraderProposal[]): Promise<void>;
  /** @param apiKeyEnv the variable that an option names */
  chooseProvider(
    apiKeyEnv: string | undefined,
  ): Promise<{ readonly provider: string; readonly apiKeyEnv: string | undefined }>;
  chooseModels(listed: readonly ListedModel[]): Promise<readonly string[]>;
  askPrices(models: readonly ListedModel[]): Promise<readonly GivenPrice[]>;
  /** The model that grades what no rule can; undefined for none. */
  chooseJudge(listed: readonly ListedModel[], examples: number): Promise<string | undefined>;
}

/** The mapping of a source, with what the user chooses in place of its guesses. */
export async function confirmMapping(
  questions: InitQuestions,
  fields: readonly SourceField[],
  { table: { columns }, mapping: guess, likelyPrompt }: Source,
): Promise<SourceMapping> {
  const mapping: { -readonly [Field in SourceField]?: string } = { ...guess };
  for (const field of fields) {
    const longest = field === 'prompt' ? likelyPrompt : undefined;
    const column = await questions.chooseColumn(field, columns, guess[field], longest);
    if (column === undefined) delete mapping[field];
    else mapping[field] = column;
  }
  return mapping;
}
