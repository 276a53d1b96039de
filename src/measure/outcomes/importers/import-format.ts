import type { ColumnMap } from '../../tables/column-map.js';
import type { CollectOptions } from './collect-rows.js';
import type { FileHead } from './file-head.js';
import type { ImportTarget } from './import-target.js';

export interface FormatOptions extends CollectOptions {
  /** Columns by the fields that they hold. */
  readonly map: ColumnMap;
}

/** A format of recorded outcomes. */
export interface ImportFormat {
  /** What writes such files, in a few words. */
  readonly title: string;
  /** The extensions of data files in folders; `.gz` may follow. */
  readonly endings: readonly string[];
  /** Further extensions of files that are named one by one. @default none */
  readonly fileEndings?: readonly string[];
  /** The fields that can be mapped to columns; none if the format has no choice. */
  readonly fields: readonly string[];
  /** Whether a file is likely in this format, from what it starts with. */
  matches(head: FileHead): boolean;
  /** Reads all files, and adds their prompts and outcomes to the target. */
  importFiles(
    files: readonly string[],
    options: FormatOptions,
    target: ImportTarget,
  ): Promise<void>;
}
