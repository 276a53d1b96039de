import type { Prompt } from '../../llm/chat.js';
import { createDecide } from '../../policy/decide/decide.js';
import type { DecideOptions, Decision } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { RequestNeeds } from '../../policy/decide/request-needs.js';
import {
  createPromptScorer,
  type PromptScorer,
  type PromptScores,
} from '../../policy/decide/score-prompt.js';
import { computeCountsDigest } from '../../serve/log/count-features.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LoggedNeeds } from '../../serve/log/record.js';
import { createFeatureScorer } from './score-features.js';

/**
 * Decides on a logged request; undefined where the log does not hold enough of it.
 *
 * - the policy that made the decision: by its scores
 * - a policy that gives every prompt the same scores: by the needs of the request
 * - a policy that counts features alike: by the counted features
 * - any policy: by the request itself
 */
export type DecideLogged = (
  request: LoggedRequest,
) => ((options: DecideOptions) => Decision) | undefined;

type ByRecord = (options: DecideOptions) => Decision;

/** Prepares the production's own decision for what a log holds instead of prompts. */
export function createDecideLogged(target: LoadedPolicy): DecideLogged {
  const { policy, digest } = target;
  const { scorer } = policy;
  let request: LoggedRequest | undefined;
  let needs: RequestNeeds | undefined;

  const byScorer = (score: PromptScorer): ByRecord => {
    const decide = createDecide(policy, digest, { score, readNeeds: () => needs as RequestNeeds });
    return (options) => decide('', options);
  };
  const byScores = byScorer(() => {
    const { quality, tasks, novelty, confidence } = (request as LoggedRequest).decision;
    return { quality, taskPosterior: tasks, novelty, confidence } as unknown as PromptScores;
  });
  const byNeeds = scorer.kind === 'constant' ? byScorer(createPromptScorer(scorer)) : undefined;
  const countsDigest = scorer.kind === 'constant' ? null : computeCountsDigest(scorer.features);
  /** Prepared when first needed: it takes as much memory as the policy itself. */
  let byFeatures: ByRecord | undefined;
  const prepareFeatures = (): ByRecord | undefined => {
    if (scorer.kind === 'constant') return undefined;
    const score = createFeatureScorer(scorer);
    return byScorer((_, task) => {
      const { features } = (request as LoggedRequest).decision;
      return score(features as NonNullable<typeof features>, task ?? -1);
    });
  };

  return (asked) => {
    request = asked;
    const { decision, policy: logged } = asked;
    needs = readNeeds(decision.needs);
    if (logged.policyDigest === digest) return byScores;
    if (byNeeds !== undefined) return byNeeds;
    if (decision.features !== undefined && logged.countsDigest === countsDigest) {
      byFeatures ??= prepareFeatures();
      return byFeatures;
    }
    if (decision.request === undefined) return undefined;
    return (options) => target.decide(decision.request as unknown as Prompt, options);
  };
}

function readNeeds(logged: LoggedNeeds): RequestNeeds {
  return {
    capabilities: logged.capabilities,
    characters: logged.characters,
    earlierCharacters: logged.earlierCharacters,
    attachmentTokens: logged.attachmentTokens,
    hasFiles: logged.hasFiles,
    maxOutputTokens: logged.maxOutputTokens ?? undefined,
  };
}
