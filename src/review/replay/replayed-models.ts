import type { ReplayColumn } from './replay-rows.js';

type Columns = Readonly<
  Record<Extract<ReplayColumn, 'weight' | 'logged' | 'served' | 'replayed'>, Float64Array>
>;

/** Requests by the model that they went to, and would go to. */
export interface ReplayedModel {
  /** Null: no model was feasible. */
  readonly model: string | null;
  /** Share of the requests for which it is the log's usual choice: what its policy chose before exploration. */
  readonly logged: number;
  /** Share of the requests that are recorded as answered; null where none is, and for no model. */
  readonly served: number | null;
  readonly replayed: number;
}

/** The models of a replay, and last, where it is any request's, no model. */
export function listModels(
  { weight, logged, served, replayed }: Columns,
  models: readonly string[],
  total: number,
): ReplayedModel[] {
  const share = (column: Float64Array, model: number, of: number): number => {
    let sum = 0;
    column.forEach((value, row) => {
      if (value === model) sum += weight[row] as number;
    });
    return sum / of;
  };
  let answered = 0;
  served.forEach((value, row) => {
    if (value >= 0) answered += weight[row] as number;
  });
  return [...models.keys(), -1]
    .map((model) => ({
      model: models[model] ?? null,
      logged: total === 0 ? 0 : share(logged, model, total),
      served: answered === 0 || model === -1 ? null : share(served, model, answered),
      replayed: total === 0 ? 0 : share(replayed, model, total),
    }))
    .filter((one) => one.model !== null || one.logged + (one.served ?? 0) + one.replayed > 0);
}

/** Share that no model answered, of the requests whose service was recorded; null where none was. */
export function computeNotAnswered({
  weight,
  served,
}: Pick<Columns, 'weight' | 'served'>): number | null {
  let [recorded, without] = [0, 0];
  served.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    recorded += weight[row] as number;
    if (value < 0) without += weight[row] as number;
  });
  return recorded === 0 ? null : without / recorded;
}
