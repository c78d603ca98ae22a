/** A metric's course in a few pixels. */
import type { JSX } from 'react';
import type { MetricPoint } from '../api';
import { toNumber } from '../model/format';

const WIDTH = 56;
const HEIGHT = 16;
const MARGIN = 2;

/** A line through the finite values, and a dot at the last one. */
export function Sparkline(props: {
  points: readonly MetricPoint[];
  label: string;
}): JSX.Element {
  const values = props.points.map(point => toNumber(point.value));
  const finite = values.filter(value => Number.isFinite(value));
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const x = (index: number): number =>
    MARGIN + (index / (values.length - 1)) * (WIDTH - 2 * MARGIN);
  const y = (value: number): number =>
    HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
  let path = '';
  let isOpen = false;
  values.forEach((value, index) => {
    if (Number.isFinite(value)) {
      path += `${isOpen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    }
    isOpen = Number.isFinite(value);
  });
  const last = values.at(-1) ?? NaN;
  return (
    <svg
      className="ct-Spark"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={props.label}
    >
      <title>{props.label}</title>
      <path d={path} />
      {Number.isFinite(last) && (
        <circle cx={x(values.length - 1)} cy={y(last)} r={1.75} />
      )}
    </svg>
  );
}
