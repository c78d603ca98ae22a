/** Predictions against the truth, as points around the line on which they would be equal. */
import type { JSX } from 'react';
import type { TruthPoint } from '../api';
import { formatNumber, toNumber } from '../model/format';
import { usePreview } from './context';

const SIZE = 220;
const EDGE = 8;

/** A small chart of numbers. */
export function TruthChart({
  points
}: {
  points: readonly TruthPoint[];
}): JSX.Element {
  const { trans } = usePreview();
  const pairs = points.map(
    each => [toNumber(each.truth), toNumber(each.predicted)] as const
  );
  const values = pairs.flat();
  const least = Math.min(...values);
  const most = Math.max(...values);
  const width = most > least ? most - least : 1;
  const at = (value: number): number =>
    EDGE + ((value - least) / width) * (SIZE - 2 * EDGE);
  const label = trans._n(
    'Prediction against truth, one row, from %2 to %3',
    'Prediction against truth, %1 rows, from %2 to %3',
    points.length,
    formatNumber(least),
    formatNumber(most)
  );
  return (
    <figure className="ct-TruthChart" dir="ltr">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={label}>
        <rect
          x={0.5}
          y={0.5}
          width={SIZE - 1}
          height={SIZE - 1}
          className="ct-TruthChart-frame"
        />
        <line
          x1={at(least)}
          y1={SIZE - at(least)}
          x2={at(most)}
          y2={SIZE - at(most)}
          className="ct-TruthChart-line"
        />
        {pairs.map(([truth, predicted], place) => (
          <circle key={place} cx={at(truth)} cy={SIZE - at(predicted)} r={3}>
            <title>
              {trans.__(
                'truth %1, prediction %2',
                formatNumber(truth),
                formatNumber(predicted)
              )}
            </title>
          </circle>
        ))}
      </svg>
      <figcaption>
        {trans.__(
          'Prediction (up) against truth, %1 to %2; on the line they are equal',
          formatNumber(least),
          formatNumber(most)
        )}
      </figcaption>
    </figure>
  );
}
