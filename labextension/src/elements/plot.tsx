/** Lines over one axis, with bands behind them: drawn here, since a page must not wait for plotly. */
import type { JSX, PointerEvent, RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';

/** A stretch of the axis. */
export interface Band {
  from: number;
  to: number;
  label: string;
  title: string;
  isMarked?: boolean;
}

export interface PlotProps {
  /** Each is drawn apart: between two of them nothing is known. */
  parts: readonly (readonly (readonly [number, number])[])[];
  /** Drawn pale behind them: what was logged, where the parts are smoothed. */
  behind?: readonly (readonly [number, number])[];
  from: number;
  to: number;
  /** Where the upright axis begins, where that is not the least value. */
  floor?: number;
  bands?: readonly Band[];
  height: number;
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  /** What it shows, for those who do not see it. */
  label: string;
}

const LEFT = 62;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const LABEL_WIDTH = 26;
const NEAR = 24;
const NO_BANDS: readonly Band[] = [];
const NO_POINTS: readonly (readonly [number, number])[] = [];

type Scale = (value: number) => number;

/** The drawing. */
export function Plot(props: PlotProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const [near, setNear] = useState<readonly [number, number] | null>(null);
  const { parts, from, to, height, formatX, formatY, label } = props;
  const { bands = NO_BANDS, behind = NO_POINTS, floor } = props;
  const [low, high] = rangeOf([...parts, behind], floor);
  const x: Scale = value =>
    LEFT + ((value - from) / (to - from || 1)) * (width - LEFT - RIGHT);
  const y: Scale = value =>
    height - BOTTOM - ((value - low) / (high - low)) * (height - TOP - BOTTOM);
  const onMove = (event: PointerEvent): void => {
    const left = host.current?.getBoundingClientRect().left ?? 0;
    setNear(nearest(parts, x, event.clientX - left));
  };
  return (
    <div ref={host} className="ct-Plot">
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={label}
        onPointerMove={onMove}
        onPointerLeave={() => setNear(null)}
      >
        <Bands bands={bands} x={x} height={height} />
        {[low, (low + high) / 2, high].map(value => (
          <g key={value} className="ct-Plot-tick">
            <line x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value)} dy="0.32em" textAnchor="end">
              {formatY(value)}
            </text>
          </g>
        ))}
        <g className="ct-Plot-tick">
          <text x={LEFT} y={height - 5}>
            {formatX(from)}
          </text>
          <text x={width - RIGHT} y={height - 5} textAnchor="end">
            {formatX(to)}
          </text>
        </g>
        {behind.length > 0 && (
          <g className="ct-Plot-behind">
            <Line part={behind} x={x} y={y} />
          </g>
        )}
        {parts.map((part, index) => (
          <Line key={index} part={part} x={x} y={y} />
        ))}
        {near !== null && (
          <circle
            className="ct-Plot-near"
            cx={x(near[0])}
            cy={y(near[1])}
            r={3.5}
          />
        )}
      </svg>
      {near !== null && (
        <div className="ct-Plot-value" aria-hidden="true">
          {formatX(near[0])}: <strong>{formatY(near[1])}</strong>
        </div>
      )}
    </div>
  );
}

function Line(props: {
  part: readonly (readonly [number, number])[];
  x: Scale;
  y: Scale;
}): JSX.Element {
  const { part, x, y } = props;
  let path = '';
  const dots: (readonly [number, number])[] = [];
  const isThere = (at: number): boolean => Number.isFinite(part[at]?.[1]);
  part.forEach(([across, up], at) => {
    if (!isThere(at)) {
      return;
    }
    path += `${isThere(at - 1) ? 'L' : 'M'}${x(across).toFixed(1)} ${y(up).toFixed(1)}`;
    if (!isThere(at - 1) && !isThere(at + 1)) {
      dots.push([across, up]); // between two gaps there is no line to see
    }
  });
  return (
    <>
      <path className="ct-Plot-line" d={path} />
      {dots.map(([across, up]) => (
        <circle
          key={across}
          className="ct-Plot-dot"
          cx={x(across)}
          cy={y(up)}
          r={2}
        />
      ))}
    </>
  );
}

function Bands(props: {
  bands: readonly Band[];
  x: Scale;
  height: number;
}): JSX.Element {
  const { bands, x, height } = props;
  return (
    <>
      {bands.map((band, index) => {
        const [left, right] = [x(band.from), x(band.to)];
        return (
          <g
            key={`${index} ${band.label}`}
            className={`ct-Plot-band${band.isMarked === true ? ' ct-mod-marked' : ''}${index % 2 === 1 ? ' ct-mod-odd' : ''}`}
          >
            <title>{band.title}</title>
            <rect
              x={left}
              y={TOP}
              width={Math.max(right - left, 1)}
              height={height - TOP - BOTTOM}
            />
            {right - left >= LABEL_WIDTH && (
              <text x={(left + right) / 2} y={TOP + 11} textAnchor="middle">
                {band.label}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** The least and the greatest value, never the same. */
function rangeOf(
  parts: PlotProps['parts'],
  floor: number | undefined
): [number, number] {
  let [low, high] = [floor ?? Infinity, -Infinity];
  for (const part of parts) {
    for (const [, value] of part) {
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return [0, 1];
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** The value below the pointer. */
function nearest(
  parts: PlotProps['parts'],
  x: Scale,
  at: number
): readonly [number, number] | null {
  let best: readonly [number, number] | null = null;
  let least = NEAR;
  for (const part of parts) {
    for (const point of part) {
      const distance = Math.abs(x(point[0]) - at);
      if (distance < least && Number.isFinite(point[1])) {
        [best, least] = [point, distance];
      }
    }
  }
  return best;
}

/** The width that there is, as it changes. */
function useWidth(host: RefObject<HTMLDivElement>): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const node = host.current;
    if (node === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      if (node.clientWidth > 0) {
        setWidth(node.clientWidth);
      }
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, [host]);
  return width;
}
