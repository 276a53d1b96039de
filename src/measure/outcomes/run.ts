import type { Capabilities, Price } from '../models/model.js';
import type { CostBasis, OutcomeTable } from './outcome-table.js';

/** What a run knows of a model. Imported outcomes often know only the name. */
export interface ModelInfo {
  readonly id: string;
  readonly price?: Price;
  readonly contextWindow?: number;
  readonly capabilities?: Capabilities;
}

/** `run.json`: what was run or imported, without the outcomes themselves. */
export interface RunInfo {
  readonly version: 1;
  readonly kind: 'sweep' | 'import';
  readonly name: string;
  readonly createdAt: string;
  readonly simulated: boolean;
  readonly models: readonly ModelInfo[];
  readonly costBasis: CostBasis;
  /** The files it was made from, with the SHA-256 of their bytes. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
}

/** A run's folder, read. */
export interface Run {
  readonly directory: string;
  readonly info: RunInfo;
  readonly table: OutcomeTable;
  /** Cells that were left out of the table, by reason: nothing is dropped in silence. */
  readonly leftOut: ReadonlyMap<string, number>;
}
