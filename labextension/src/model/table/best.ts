/** Which values of a metric are the best of all that match: known by its name, or by what the reader said. */
import type { Bucket, BucketMetric } from '../../api';
import { toNumber } from '../format';
import type { Better, Column } from './columns';

/** The metrics of all groups together, by key. */
export type Extremes = ReadonlyMap<string, BucketMetric>;

/** The metrics of groups as if they were one. */
export function extremesOf(buckets: readonly Bucket[]): Extremes {
  const found = new Map<string, BucketMetric>();
  for (const metric of buckets.flatMap(({ metrics }) => metrics)) {
    const before = found.get(metric.key);
    found.set(metric.key, before === undefined ? metric : join(before, metric));
  }
  return found;
}

/** Which way a metric's column gets better. */
export function betterOf(column: Column, metric?: BucketMetric): Better {
  const { direction } = metric ?? {};
  const known = direction === 'unknown' ? 'none' : direction;
  return column.better ?? known ?? 'none';
}

/** The best value; null where nobody knows which way is better, or where there is none but NaN. */
export function bestValue(
  column: Column,
  metric?: BucketMetric
): number | null {
  const values = {
    higher: metric?.maximum ?? null,
    lower: metric?.minimum ?? null,
    none: null
  };
  const value = values[betterOf(column, metric)];
  return value === null ? null : toNumber(value);
}

function join(a: BucketMetric, b: BucketMetric): BucketMetric {
  return {
    ...a,
    count: a.count + b.count,
    minimum: extreme(a.minimum, b.minimum, Math.min),
    maximum: extreme(a.maximum, b.maximum, Math.max)
  };
}

function extreme(
  a: BucketMetric['minimum'],
  b: BucketMetric['minimum'],
  choose: (a: number, b: number) => number
): number | null {
  const known = [a, b].filter(each => each !== null).map(toNumber);
  return known.length === 0 ? null : known.reduce(choose);
}
