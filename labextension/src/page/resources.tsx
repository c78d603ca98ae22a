/** What the session took of the machine until the run's end, over time, with the cells behind it. */
import type { JSX } from 'react';
import type { CellUse, RunDetail, RunResources, SystemCourse } from '../api';
import type { Band } from '../elements/plot';
import { Plot } from '../elements/plot';
import type { Translate } from '../model/format';
import {
  formatBytes,
  formatDuration,
  formatNumber,
  toNumber
} from '../model/format';
import type { Timeline } from '../model/timeline';
import { partsOf, timelineOf } from '../model/timeline';
import { Fold, Section } from '../run/parts';
import { SystemFacts } from '../run/resources';
import { usePage } from './context';

const HEIGHT = 118;

/** The run's own figures, and the charts of its session. */
export function OverTime({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { model, trans } = usePage();
  const { told, failure } = model.resources;
  const hasCourse = told?.cells.some(cell => cell.course !== null) ?? false;
  return (
    <Section title={trans.__('Resources')}>
      {failure !== null && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {failure.message}
        </div>
      )}
      {told !== null && hasCourse && <Charts told={told} />}
      {(told?.notes ?? []).map(note => (
        <p key={note} className="ct-Hint" dir="auto">
          {note}
        </p>
      ))}
      {detail.system === null ? (
        <p className="ct-Hint">
          {trans.__('Nothing was measured of this run itself.')}
        </p>
      ) : (
        <SystemFacts
          system={detail.system}
          isExplained={(told?.notes.length ?? 0) > 0}
        />
      )}
    </Section>
  );
}

interface Quantity {
  name: string;
  of: (course: SystemCourse) => readonly (number | string)[];
  format: (value: number) => string;
}

function quantities(trans: Translate): Quantity[] {
  const percent = (value: number): string =>
    `${formatNumber(Math.round(value))} %`;
  return [
    {
      name: trans.__('Processor'),
      of: course => course.cpu_percent,
      format: percent
    },
    {
      name: trans.__('Memory'),
      of: course => course.memory_bytes,
      format: value => formatBytes(Math.max(value, 0))
    },
    {
      name: trans.__('Graphics cards'),
      of: course => course.gpu_percent,
      format: percent
    },
    {
      name: trans.__('Memory of the graphics cards'),
      of: course => course.gpu_memory_bytes,
      format: value => formatBytes(Math.max(value, 0))
    }
  ];
}

function Charts({ told }: { told: RunResources }): JSX.Element {
  const { trans } = usePage();
  const timeline = timelineOf(told.cells);
  const bands = bandsOf(timeline, trans);
  return (
    <>
      {quantities(trans).map(({ name, of, format }) => {
        const parts = partsOf(timeline, of as Parameters<typeof partsOf>[1]);
        const values = parts.flatMap(part => part.map(([, value]) => value));
        return values.length === 0 ? null : (
          <figure key={name} className="ct-Page-figure">
            <figcaption>{name}</figcaption>
            <Plot
              parts={parts}
              from={0}
              to={timeline.length}
              floor={0}
              bands={bands}
              height={HEIGHT}
              formatX={formatDuration}
              formatY={format}
              label={trans.__(
                '%1 over time, at most %2, mean %3',
                name,
                format(Math.max(...values)),
                format(values.reduce((a, b) => a + b, 0) / values.length)
              )}
            />
          </figure>
        );
      })}
      <p className="ct-Hint">
        {timeline.idle > 1
          ? trans.__(
              'Behind the lines stand the cells, those of this run in colour. Breaks between cells are drawn shorter: %1 of them are left out.',
              formatDuration(timeline.idle)
            )
          : trans.__(
              'Behind the lines stand the cells, those of this run in colour.'
            )}
      </p>
      <Fold title={trans.__('As a table')}>
        <CellTable cells={told.cells.filter(cell => cell.course !== null)} />
      </Fold>
    </>
  );
}

function bandsOf(timeline: Timeline, trans: Translate): Band[] {
  return timeline.spans.map(({ cell, from, to }) => ({
    from,
    to,
    label: `[${cell.execution_count}]`,
    title: trans.__(
      'Cell [%1], %2',
      cell.execution_count,
      formatDuration(to - from)
    ),
    isMarked: cell.is_target
  }));
}

/** The same in numbers: for those who do not see the charts. */
function CellTable({ cells }: { cells: readonly CellUse[] }): JSX.Element {
  const { trans } = usePage();
  return (
    <div
      className="ct-Compare-scroll"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Resources by cell')}
    >
      <table className="ct-Compare-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Cell')}</th>
            <th scope="col">{trans.__('Took')}</th>
            <th scope="col">{trans.__('Processor, mean')}</th>
            <th scope="col">{trans.__('Most memory seen')}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(cell => (
            <CellRow key={cell.execution_id} cell={cell} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellRow({ cell }: { cell: CellUse }): JSX.Element {
  const busy = (cell.course?.cpu_percent ?? []).map(toNumber);
  const mean = busy.reduce((a, b) => a + b, 0) / Math.max(busy.length, 1);
  const held = Math.max(...(cell.course?.memory_bytes ?? [0]));
  return (
    <tr>
      <th scope="row">[{cell.execution_count}]</th>
      <td>
        {cell.ended_at === null
          ? '–'
          : formatDuration((cell.ended_at - cell.started_at) / 1e6)}
      </td>
      <td>{Math.round(mean)} %</td>
      <td>{formatBytes(held)}</td>
    </tr>
  );
}
