/** The cells beside a run's name: values, courses, and tags that can be edited where they stand. */
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import type { BucketMetric, RunSummary } from '../api';
import { useChanges } from '../elements/hooks';
import { Sparkline } from '../elements/sparkline';
import { formatCount } from '../model/format';
import type { Extremes } from '../model/table/best';
import { bestValue } from '../model/table/best';
import type { Column, ColumnRange } from '../model/table/columns';
import { columnId } from '../model/table/columns';
import { cellValue, metricOf } from '../model/table/values';
import { useTable } from './context';

/** The cells of the columns in view. */
export function ValueCells(props: {
  run: RunSummary;
  position: number;
  columns: readonly Column[];
  range: ColumnRange;
  now: number;
  extremes: Extremes;
  activeColumn: number;
}): JSX.Element {
  const { columns, range } = props;
  return (
    <>
      {columns.slice(range.first, range.end).map((column, offset) => (
        <ValueCell
          key={columnId(column)}
          run={props.run}
          column={column}
          index={range.first + offset + 1}
          position={props.position}
          now={props.now}
          extreme={props.extremes.get(column.key)}
          isActive={props.activeColumn === range.first + offset + 1}
        />
      ))}
    </>
  );
}

function ValueCell(props: {
  run: RunSummary;
  column: Column;
  index: number;
  position: number;
  now: number;
  extreme: BucketMetric | undefined;
  isActive: boolean;
}): JSX.Element {
  const { trans, id, editing } = useTable();
  const { run, column, index, isActive, extreme } = props;
  const value = cellValue(run, column, props.now, trans);
  const isBest = isTheBest(run, column, extreme);
  const isEdited =
    editing.runId === run.run_id && editing.columnId === columnId(column);
  const classes = [
    'ct-Cell',
    value.isNumber ? 'ct-mod-number' : '',
    isBest ? 'ct-mod-best' : '',
    isActive ? 'ct-mod-active' : ''
  ];
  return (
    <div
      id={`${id}-${props.position}-${index}`}
      role="gridcell"
      aria-colindex={index + 1}
      aria-readonly={column.source === 'tags' ? false : undefined}
      className={classes.filter(each => each !== '').join(' ')}
      style={{ width: column.width }}
      title={
        isBest
          ? trans.__(
              '%1, the best of %2 runs',
              value.full,
              formatCount(extreme?.count ?? 0)
            )
          : value.full
      }
      dir="auto"
      onDoubleClick={() => editing.begin(run, column)}
    >
      {isEdited ? (
        <TagEditor run={run} column={column} />
      ) : column.source === 'course' ? (
        <Course run={run} metric={column.key} />
      ) : (
        value.text
      )}
    </div>
  );
}

function isTheBest(
  run: RunSummary,
  column: Column,
  extreme: BucketMetric | undefined
): boolean {
  const best = bestValue(column, extreme);
  return (
    best !== null &&
    column.source === 'metrics' &&
    metricOf(run, column.key) === best
  );
}

function Course(props: {
  run: RunSummary;
  metric: string;
}): JSX.Element | null {
  const { model, trans } = useTable();
  useChanges(model.courses);
  const course = model.courses.get(props.run.run_id, props.metric);
  if (course === undefined || course === null) {
    return null;
  }
  return (
    <Sparkline
      points={course.points}
      label={trans.__(
        '%1 over %2 values',
        props.metric,
        formatCount(course.count)
      )}
    />
  );
}

function TagEditor(props: { run: RunSummary; column: Column }): JSX.Element {
  const { editing, actions, trans } = useTable();
  const { run, column } = props;
  const input = useRef<HTMLInputElement>(null);
  const before = run.tags[column.key] ?? '';
  const isDone = useRef(false);
  useEffect(() => input.current?.select(), []);
  const end = (isKept: boolean): void => {
    if (isDone.current) {
      return;
    }
    isDone.current = true;
    const value = input.current?.value.trim() ?? before;
    if (isKept && value !== before) {
      void actions.tag([run.run_id], column.key, value);
    }
    const grid = input.current?.closest<HTMLElement>('.ct-Grid');
    editing.end();
    grid?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter' || event.key === 'Escape') {
      event.preventDefault();
      end(event.key === 'Enter');
    }
  };
  return (
    <input
      ref={input}
      className="ct-Cell-editor"
      type="text"
      spellCheck={false}
      maxLength={8000}
      defaultValue={before}
      aria-label={trans.__('Tag %1; empty takes it off', column.key)}
      onKeyDown={onKeyDown}
      onBlur={() => end(true)}
      onClick={event => event.stopPropagation()}
    />
  );
}
