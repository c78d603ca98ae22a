/** Metrics that were logged step by step, drawn large. */
import type { JSX } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { CurveAxis, Figure, MetricHistory, RunDetail } from '../api';
import { Choice, SMOOTHINGS } from '../elements/choice';
import { useFirst } from '../elements/first';
import { pngOf, svgOf } from '../elements/picture';
import { Plot } from '../elements/plot';
import { save } from '../elements/save';
import { figurePoints, loggedPoints } from '../model/curve';
import { TrailFailure } from '../model/failure';
import { formatCount, formatDuration, formatNumber } from '../model/format';
import { Section } from '../run/parts';
import { usePage } from './context';

const FIRST = 6;
const STEP = 24; // each asks the server
const POINTS = 1000;
const HEIGHT = 150;
const AXES: readonly CurveAxis[] = ['step', 'time'];

/** How the curves are drawn. */
interface Drawing {
  axis: CurveAxis;
  smoothing: number;
}

/** A curve for each; nothing where no metric has more than one value. */
export function CurvesSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = usePage();
  const [drawing, setDrawing] = useState<Drawing>({
    axis: 'step',
    smoothing: 0
  });
  const stepped = new Map(
    detail.metrics
      .filter(metric => metric.count > 1)
      .map(metric => [metric.key, metric.count])
  );
  const keys = [...stepped.keys()];
  const { shown, more } = useFirst(keys, FIRST, STEP, trans);
  if (keys.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Curves')} count={keys.length}>
      <div className="ct-Compare-choices">
        <Choice
          label={trans.__('Over')}
          value={drawing.axis}
          values={AXES}
          onChange={axis => setDrawing({ ...drawing, axis })}
        />
        <Choice
          label={trans.__('Smoothing')}
          value={String(drawing.smoothing)}
          values={SMOOTHINGS.map(String)}
          onChange={value =>
            setDrawing({ ...drawing, smoothing: Number(value) })
          }
        />
      </div>
      <div className="ct-Page-curves">
        {shown.map(key => (
          <Curve
            key={key}
            name={key}
            count={stepped.get(key) ?? 0}
            drawing={drawing}
          />
        ))}
      </div>
      {more}
    </Section>
  );
}

function Curve(props: {
  name: string;
  count: number;
  drawing: Drawing;
}): JSX.Element {
  const { model, trans } = usePage();
  const { name, count, drawing } = props;
  const [history, setHistory] = useState<MetricHistory | null>(null);
  const [problem, setProblem] = useState('');
  const figure = useRef<HTMLElement>(null);
  const smoothed = useSmoothed(name, count, drawing, setProblem);
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
    <figure ref={figure} className="ct-Page-figure">
      <figcaption>
        <span className="ct-Page-figureName" title={name} dir="auto">
          {name}
        </span>
        <Tools
          name={name}
          drawing={drawing}
          drawn={() => figure.current?.querySelector('svg') ?? null}
          onProblem={setProblem}
        />
      </figcaption>
      {history !== null && (
        <Drawn
          name={name}
          history={history}
          axis={drawing.axis}
          smoothed={smoothed}
        />
      )}
      {history?.is_decimated === true && (
        <p className="ct-Hint">
          {trans.__(
            'The extremes of each stretch, of %1 values.',
            formatCount(history.count)
          )}
        </p>
      )}
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn" role="alert">
          <span dir="auto">{problem}</span>
        </div>
      )}
    </figure>
  );
}

/** The curve as the server smooths it; null where none is asked for, or it is not there yet. */
function useSmoothed(
  name: string,
  count: number,
  { axis, smoothing }: Drawing,
  onProblem: (problem: string) => void
): Figure | null {
  const { model } = usePage();
  const [figure, setFigure] = useState<Figure | null>(null);
  useEffect(() => {
    setFigure(null);
    if (smoothing === 0) {
      return undefined;
    }
    let isCurrent = true;
    model.figure(name, axis, smoothing).then(
      found => {
        if (isCurrent) {
          setFigure(found);
          onProblem('');
        }
      },
      (reason: unknown) => onProblem(TrailFailure.of(reason).message)
    );
    return () => {
      isCurrent = false;
    };
  }, [model, name, count, axis, smoothing, onProblem]);
  return figure;
}

/** What can be done with one curve. */
function Tools(props: {
  name: string;
  drawing: Drawing;
  drawn: () => SVGSVGElement | null;
  onProblem: (problem: string) => void;
}): JSX.Element {
  const { model, trans, copy, announce } = usePage();
  const { name, drawing, drawn, onProblem } = props;
  const act = (doing: () => Promise<string>): void => {
    doing().then(
      said => {
        onProblem('');
        announce(said);
      },
      (reason: unknown) => onProblem(TrailFailure.of(reason).message)
    );
  };
  const saveAs = async (format: 'png' | 'svg'): Promise<string> => {
    const drawing = drawn();
    if (drawing === null) {
      throw new Error(trans.__('The curve is not drawn yet.'));
    }
    const make = format === 'png' ? pngOf : svgOf;
    save(await make(drawing, name), `${name}.${format}`);
    return trans.__('Saved as %1', `${name}.${format}`);
  };
  const copyCell = async (): Promise<string> => {
    copy((await model.figure(name, drawing.axis, drawing.smoothing)).cell);
    return trans.__('The cell was copied');
  };
  return (
    <span className="ct-Page-figureTools">
      {(['png', 'svg'] as const).map(format => (
        <button
          key={format}
          type="button"
          className="ct-Link"
          title={trans.__('Save as %1', format.toUpperCase())}
          aria-label={trans.__('Save %1 as %2', name, format.toUpperCase())}
          onClick={() => act(() => saveAs(format))}
        >
          {format.toUpperCase()}
        </button>
      ))}
      <button
        type="button"
        className="ct-Link"
        title={trans.__('Copy a cell that draws this curve')}
        aria-label={trans.__('Copy %1 as a cell', name)}
        onClick={() => act(copyCell)}
      >
        {trans.__('cell')}
      </button>
    </span>
  );
}

function Drawn(props: {
  name: string;
  history: MetricHistory;
  axis: CurveAxis;
  smoothed: Figure | null;
}): JSX.Element {
  const { trans } = usePage();
  const { name, history, axis, smoothed } = props;
  const points = loggedPoints(history, axis);
  const values = points.map(([, value]) => value).filter(Number.isFinite);
  const all = formatCount(history.count);
  if (values.length === 0) {
    return (
      <p className="ct-Hint">
        {trans.__('None of its %1 values is a finite number.', all)}
      </p>
    );
  }
  const told = trans.__(
    '%1 over %2 values, from %3 to %4',
    name,
    all,
    formatNumber(Math.min(...values)),
    formatNumber(Math.max(...values))
  );
  const lost = history.points.length - values.length;
  return (
    <>
      <Plot
        parts={[smoothed === null ? points : figurePoints(smoothed)]}
        {...(smoothed === null ? {} : { behind: points })}
        from={points[0]?.[0] ?? 0}
        to={points.at(-1)?.[0] ?? 1}
        height={HEIGHT}
        formatX={axis === 'step' ? String : formatDuration}
        formatY={formatNumber}
        label={smoothed === null ? told : trans.__('%1, smoothed', told)}
      />
      {lost > 0 && (
        <p className="ct-Hint">
          {history.is_decimated
            ? trans.__(
                'Some of its %1 values are not finite: they are gaps.',
                all
              )
            : trans.__(
                '%1 of its %2 values are not finite: they are gaps.',
                formatCount(lost),
                all
              )}
        </p>
      )}
    </>
  );
}
