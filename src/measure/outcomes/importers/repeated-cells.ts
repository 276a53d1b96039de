import { formatCount } from '../../../util/format-number.js';

/** Counts the cells with several outcomes, which the table averages. */
export class RepeatedCells {
  /** The file of each cell's first outcome, by model and prompt. */
  private readonly files = new Map<string, Map<string, string | undefined>>();
  private readonly repeated = new Set<string>();
  private readonly mixed = new Set<string>();

  /** @param file where the outcome is from, if the format has several files of a prompt */
  add(promptId: string, model: string, file: string | undefined): void {
    let ofModel = this.files.get(model);
    if (ofModel === undefined) this.files.set(model, (ofModel = new Map()));
    if (!ofModel.has(promptId)) {
      ofModel.set(promptId, file);
      return;
    }
    const cell = JSON.stringify([promptId, model]);
    this.repeated.add(cell);
    if (file !== undefined && file !== ofModel.get(promptId)) this.mixed.add(cell);
  }

  has(promptId: string, model: string): boolean {
    return this.files.get(model)?.has(promptId) === true;
  }

  /** A note about the repeated cells; undefined if there are none. */
  describe(): string | undefined {
    if (this.repeated.size === 0) return undefined;
    const averaged = `${formatCount(this.repeated.size, 'cell')} with several outcomes, which are averaged`;
    if (this.mixed.size === 0) return averaged;
    return (
      `${averaged}; in ${this.mixed.size} of them they are from several files: if these are runs with ` +
      'different settings, import each on its own'
    );
  }
}
