/** Metrics that were logged step by step, drawn large. */
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { MetricHistory, RunDetail } from '../api';
import { Plot } from '../elements/plot';
import {
  formatCount,
  formatDuration,
  formatNumber,
  toNumber
} from '../model/format';
import { Section } from '../run/parts';
import { usePage } from './context';

const FIRST = 6;
const POINTS = 1000;
const HEIGHT = 150;

type Axis = 'step' | 'time';

/** A curve for each; nothing where no metric has more than one value. */
export function CurvesSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = usePage();
  const [isAll, setAll] = useState(false);
  const [axis, setAxis] = useState<Axis>('step');
  const stepped = new Map(
    detail.metrics
      .filter(metric => metric.count > 1)
      .map(metric => [metric.key, metric.count])
  );
  const keys = [...stepped.keys()];
  if (keys.length === 0) {
    return null;
  }
  const shown = isAll ? keys : keys.slice(0, FIRST);
  const words = { step: trans.__('Over steps'), time: trans.__('Over time') };
  return (
    <Section title={trans.__('Curves')} count={keys.length}>
      <div
        className="ct-Switch ct-Cells-choice"
        role="group"
        aria-label={trans.__('Axis of the curves')}
      >
        {(['step', 'time'] as const).map(each => (
          <button
            key={each}
            type="button"
            className="ct-Switch-choice"
            aria-pressed={axis === each}
            onClick={() => setAxis(each)}
          >
            {words[each]}
          </button>
        ))}
      </div>
      <div className="ct-Page-curves">
        {shown.map(key => (
          <Curve
            key={key}
            name={key}
            count={stepped.get(key) ?? 0}
            axis={axis}
          />
        ))}
      </div>
      {keys.length > shown.length && (
        <button type="button" className="ct-Link" onClick={() => setAll(true)}>
          {trans.__('Show %1 more', formatCount(keys.length - shown.length))}
        </button>
      )}
    </Section>
  );
}

function Curve(props: {
  name: string;
  count: number;
  axis: Axis;
}): JSX.Element {
  const { model, trans } = usePage();
  const { name, count, axis } = props;
  const [history, setHistory] = useState<MetricHistory | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void model.curve(name, POINTS).then(found => {
      if (isCurrent && found !== null) {
        setHistory(found);
      }
    });
    return () => {
      isCurrent = false;
    };
    // asked again as more values come
  }, [model, name, count]);
  return (
    <figure className="ct-Page-figure">
      <figcaption title={name} dir="auto">
        {name}
      </figcaption>
      {history !== null && <Drawn name={name} history={history} axis={axis} />}
      {history?.is_decimated === true && (
        <p className="ct-Hint">
          {trans.__(
            'The extremes of each stretch, of %1 values.',
            formatCount(history.count)
          )}
        </p>
      )}
    </figure>
  );
}

function Drawn(props: {
  name: string;
  history: MetricHistory;
  axis: Axis;
}): JSX.Element {
  const { trans } = usePage();
  const { name, history, axis } = props;
  const points = pointsOf(history, axis);
  const values = points.map(([, value]) => value).filter(Number.isFinite);
  const all = formatCount(history.count);
  if (values.length === 0) {
    return (
      <p className="ct-Hint">
        {trans.__('None of its %1 values is a finite number.', all)}
      </p>
    );
  }
  return (
    <Plot
      parts={[points]}
      from={points[0]?.[0] ?? 0}
      to={points.at(-1)?.[0] ?? 1}
      height={HEIGHT}
      formatX={axis === 'step' ? String : formatDuration}
      formatY={formatNumber}
      label={trans.__(
        '%1 over %2 values, from %3 to %4',
        name,
        all,
        formatNumber(Math.min(...values)),
        formatNumber(Math.max(...values))
      )}
    />
  );
}

/** Steps come in their order; moments may not, as where steps were logged backwards. */
function pointsOf(
  history: MetricHistory,
  axis: Axis
): (readonly [number, number])[] {
  const { points } = history;
  if (axis === 'step') {
    return points.map(point => [point.step, toNumber(point.value)] as const);
  }
  const start = Math.min(...points.map(point => point.at));
  return [...points]
    .sort((a, b) => a.at - b.at)
    .map(point => [(point.at - start) / 1e6, toNumber(point.value)] as const);
}
