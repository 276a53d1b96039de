import { stringify, type ScalarTag } from 'yaml';
import { findPrice } from '../../policy/file/estimates.js';
import type { Policy, PolicyModel } from '../../policy/file/policy.js';

/** The name under which clients ask for the model that the policy chooses. */
const routedName = 'routesmith';

/**
 * A configuration of the LiteLLM proxy, in YAML: the policy's models with their prices, the order of
 * fallbacks, and the hook that decides. Keys of providers are read from the environment by LiteLLM.
 */
export function writeLiteLlmConfig(policy: Policy): string {
  const baseline = policy.models.find(({ id }) => id === policy.baseline);
  const config = {
    model_list: [
      ...policy.models.map((model) => describeModel(model.id, model)),
      // The hook replaces this model; it is listed so that clients and keys may name it.
      ...(baseline ? [describeModel(routedName, baseline)] : []),
    ],
    router_settings: {
      fallbacks: policy.models.map(({ id }) => ({
        [id]: policy.fallbackOrder.filter((other) => other !== id),
      })),
    },
    litellm_settings: { callbacks: 'routesmith_litellm.handler' },
  };
  // LiteLLM reads YAML 1.1, where more texts than in 1.2 need quotes to stay texts, such as off.
  const text = stringify(config, { version: '1.1', customTags: (tags) => [numberTag, ...tags] });
  return `${header}${text}`;
}

const header = `# litellm --config litellm.yaml, with routesmith_litellm.py and the policy in the same folder.
# "model" is the id in the policy, without the effort: write it as LiteLLM does, such as openai/gpt-5-mini.
`;

/** Numbers with a point in front of the exponent: PyYAML takes `2e-7` for a text. */
const numberTag: ScalarTag = {
  identify: (value) => typeof value === 'number',
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^-?\d+(\.\d*)?(e[-+]\d+)?$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, '$1.0e'),
};

function describeModel(name: string, model: PolicyModel): object {
  const { id, effort } = model;
  const known = findPrice(model);
  const cached = known?.cachedInputPerMillionUsd;
  const written = known?.cacheWritePerMillionUsd;
  // Beside the other prices, these would be sent to the provider by versions that do not know them.
  const cachePrices = {
    ...(cached !== undefined && { cache_read_input_token_cost: perToken(cached) }),
    ...(written !== undefined && { cache_creation_input_token_cost: perToken(written) }),
  };
  return {
    model_name: name,
    litellm_params: {
      model: effort?.of ?? id,
      ...(effort && { reasoning_effort: effort.level }),
      ...(known && {
        input_cost_per_token: perToken(known.inputPerMillionUsd),
        output_cost_per_token: perToken(known.outputPerMillionUsd),
      }),
    },
    ...(Object.keys(cachePrices).length > 0 && { model_info: cachePrices }),
  };
}

/** Without the digits that the division leaves behind. */
function perToken(perMillionUsd: number): number {
  return Number((perMillionUsd / 1e6).toPrecision(12));
}
