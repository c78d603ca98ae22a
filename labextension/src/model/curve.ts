/** The points of a metric's curve, as logged and as the server smoothed them. */
import type { CurveAxis, Figure, MetricHistory } from '../api';
import { toNumber } from './format';

/** Where on the axis, and the value; NaN where nothing is drawn. */
export type CurvePoint = readonly [number, number];

/** Steps come in their order; moments may not, as where steps were logged backwards. */
export function loggedPoints(
  { points }: MetricHistory,
  axis: CurveAxis
): readonly CurvePoint[] {
  if (axis === 'step') {
    return points.map(point => [point.step, toNumber(point.value)] as const);
  }
  const start = Math.min(...points.map(point => point.at));
  return [...points]
    .sort((a, b) => a.at - b.at)
    .map(point => [(point.at - start) / 1e6, toNumber(point.value)] as const);
}

/** The points of a figure of one curve; none where there is nothing to draw. */
export function figurePoints({ document }: Figure): readonly CurvePoint[] {
  if (document === '') {
    return [];
  }
  const { data } = JSON.parse(document) as {
    data: { x: number[]; y: (number | null)[] }[];
  };
  const [curve] = data;
  return (curve?.x ?? []).map((x, place) => [x, curve?.y[place] ?? NaN]);
}
