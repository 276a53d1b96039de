import type { PairedWorld } from './check-non-inferiority.js';
import type { SimulatedWorld } from './simulate-outcomes.js';

const cheap = (quality: number) => ({ quality, costUsd: 0.001 });
const middling = (quality: number) => ({ quality, costUsd: 0.004 });
const dear = (quality: number) => ({ quality, costUsd: 0.02 });
const models = ['cheap', 'middling', 'dear'];

/** Each kind of prompt has a different best model, which estimates can detect. */
export const separable: SimulatedWorld = {
  models,
  kinds: [
    [cheap(0.9), middling(0.5), dear(0.5)],
    [cheap(0.5), middling(0.9), dear(0.5)],
    [cheap(0.5), middling(0.5), dear(0.9)],
  ],
  estimateError: 0.1,
  groupSize: 1,
};

/** The same models, with uninformative prompts. */
const shuffled: SimulatedWorld = { ...separable, estimateError: Number.POSITIVE_INFINITY };

/** Shares of missing outcomes: of every model alike, and of the dearest one only. */
export const gaps = { 'with gaps': [0.4, 0.4, 0.4], 'with a rare model': [0, 0, 0.9] } as const;

/** Worlds in which no prompt tells which model to choose. */
export const uninformative = {
  'single prompts': shuffled,
  'groups of 20': { ...shuffled, groupSize: 20 },
  'with gaps': { ...shuffled, gaps: gaps['with gaps'] },
  'with a rare model': { ...shuffled, gaps: gaps['with a rare model'] },
  'groups of 20 with gaps': { ...shuffled, groupSize: 20, gaps: gaps['with gaps'] },
} as const satisfies Readonly<Record<string, SimulatedWorld>>;

/** The expensive model is best for all; cheaper ones come close on some kinds of prompt only. */
export const graded: SimulatedWorld = {
  models,
  kinds: [
    [cheap(0.88), middling(0.9), dear(0.9)],
    [cheap(0.7), middling(0.8), dear(0.85)],
    [cheap(0.4), middling(0.62), dear(0.8)],
    [cheap(0.2), middling(0.4), dear(0.7)],
  ],
  estimateError: 0.06,
  groupSize: 1,
};

/** The same with near-duplicates, which are not independent evidence. */
export const gradedInGroups: SimulatedWorld = { ...graded, groupSize: 4 };

/** Two equally good models: the one that looks best does so by chance. */
export const tied: SimulatedWorld = {
  models,
  kinds: [
    [cheap(0.78), middling(0.8), dear(0.8)],
    [cheap(0.73), middling(0.8), dear(0.8)],
  ],
  estimateError: 0.05,
  groupSize: 1,
};

/** Losses are rare: small samples often contain none. */
export const rareLosses: SimulatedWorld = {
  models,
  kinds: [[cheap(0.965), middling(0.975), dear(1)]],
  estimateError: 0.01,
  groupSize: 1,
};

/** Models that are worse by 0.06, twice a margin of 0.03: often, rarely, and in groups of copies. */
export const worsePairs = {
  'wins and losses': { prompts: 400, wins: 0.2, losses: 0.26, groupSize: 1 },
  'rare losses only': { prompts: 60, wins: 0, losses: 0.06, groupSize: 1 },
  'large groups': { prompts: 400, wins: 0.1, losses: 0.16, groupSize: 20 },
} as const satisfies Readonly<Record<string, PairedWorld>>;
