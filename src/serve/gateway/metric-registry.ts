/** Values of a metric's labels, in the order of its label names. */
type LabelValues = readonly string[];

export interface Counter {
  add(labels: LabelValues, amount?: number): void;
}

export interface Histogram {
  observe(labels: LabelValues, value: number): void;
}

/** What a gauge shows at this moment. */
export type ReadGauge = () => Iterable<readonly [labels: LabelValues, value: number]>;

/** What a metric is called and tells apart. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Label values that are shown as 0 before anything was counted. */
  readonly zeros?: readonly LabelValues[];
}

/** What a histogram has observed with the same labels. */
interface Series {
  /** By bucket; the last one has no upper bound. */
  readonly counts: number[];
  sum: number;
}

/** Metrics in the text format of Prometheus. */
export interface MetricRegistry {
  counter(spec: MetricSpec): Counter;
  gauge(spec: Omit<MetricSpec, 'zeros'>, read: ReadGauge): void;
  /** @param buckets upper bounds, ascending, without infinity */
  histogram(spec: MetricSpec, buckets: readonly number[]): Histogram;
  /** The text, version 0.0.4 of the format. */
  render(): string;
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Separates label values in keys: no label holds it. */
const separator = '\u0000';

/**
 * Creates a registry. Written here because a gateway must also run where Node's modules are missing,
 * which prom-client 15 imports (`cluster`, `perf_hooks`, `v8`).
 */
export function createMetricRegistry(): MetricRegistry {
  const renderers: (() => string[])[] = [];

  function describe({ name, help }: MetricSpec, type: string): string[] {
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  }

  return {
    counter(spec) {
      const sums = new Map<string, number>();
      for (const labels of spec.zeros ?? (spec.labels === undefined ? [[]] : [])) {
        sums.set(labels.join(separator), 0);
      }
      renderers.push(() => [
        ...describe(spec, 'counter'),
        ...[...sums].map(([key, sum]) => formatSample(spec.name, spec.labels, key, sum)),
      ]);
      return {
        add(labels, amount = 1) {
          const key = labels.join(separator);
          sums.set(key, (sums.get(key) ?? 0) + amount);
        },
      };
    },
    gauge(spec, read) {
      renderers.push(() => [
        ...describe(spec, 'gauge'),
        ...[...read()].map(([labels, value]) =>
          formatSample(spec.name, spec.labels, labels.join(separator), value),
        ),
      ]);
    },
    histogram(spec, buckets) {
      const series = new Map<string, Series>();
      const find = (labels: LabelValues): Series => {
        const key = labels.join(separator);
        const known = series.get(key);
        if (known !== undefined) return known;
        const begun: Series = { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
        series.set(key, begun);
        return begun;
      };
      spec.zeros?.forEach(find);
      renderers.push(() => [
        ...describe(spec, 'histogram'),
        ...[...series].flatMap(([key, one]) => formatHistogram(spec, buckets, key, one)),
      ]);
      return {
        observe(labels, value) {
          const known = find(labels);
          const place = buckets.findIndex((bound) => value <= bound);
          const bucket = place < 0 ? buckets.length : place;
          known.counts[bucket] = (known.counts[bucket] as number) + 1;
          known.sum += value;
        },
      };
    },
    render: () => `${renderers.flatMap((render) => render()).join('\n')}\n`,
  };
}

function formatHistogram(
  { name, labels = [] }: MetricSpec,
  buckets: readonly number[],
  key: string,
  { counts, sum }: Series,
): string[] {
  let total = 0;
  const named = [...labels, 'le'];
  const prefix = labels.length === 0 ? '' : `${key}${separator}`;
  const lines = [...buckets.map(String), '+Inf'].map((bound, index) => {
    total += counts[index] as number;
    return formatSample(`${name}_bucket`, named, `${prefix}${bound}`, total);
  });
  return [
    ...lines,
    formatSample(`${name}_sum`, labels, key, sum),
    formatSample(`${name}_count`, labels, key, total),
  ];
}

function formatSample(
  name: string,
  labels: readonly string[] = [],
  key: string,
  value: number,
): string {
  const values = key.split(separator);
  const pairs = labels.map((label, index) => `${label}="${escapeLabel(values[index] ?? '')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
