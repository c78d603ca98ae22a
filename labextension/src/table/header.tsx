/** The heads of the columns: a click orders, a drag moves, the edge widens, the menu does it all by name. */
import {
  caretDownIcon,
  caretUpIcon,
  ellipsesIcon
} from '@jupyterlab/ui-components';
import type { JSX, KeyboardEvent } from 'react';
import { useState } from 'react';
import type { Column, ColumnRange } from '../model/table/columns';
import {
  boundWidth,
  changeColumn,
  columnId,
  moveColumn
} from '../model/table/columns';
import type { ViewField } from '../model/table/view';
import { nextOrder } from '../model/table/view';
import { useTable } from './context';
import { columnEntries } from './columnmenu';
import { useDrag } from './drag';
import { openMenu } from './menu';
import { columnName, sourceName } from '../model/table/words';

const NAME: ViewField = { source: 'attributes', key: 'name' };
const STEP = 16;

/** The row of heads. */
export function Header(props: {
  columns: readonly Column[];
  range: ColumnRange;
  width: number;
}): JSX.Element {
  const { model } = useTable();
  const { columns, range } = props;
  const [focused, setFocused] = useState('attributes.name');
  const [target, setTarget] = useState(-1);
  const shown = columns.slice(range.first, range.end);
  const isFocusShown = shown.some(each => columnId(each) === focused);
  const tabId = isFocusShown ? focused : columnId(NAME);
  return (
    <div className="ct-Grid-head" role="rowgroup">
      <div role="row" aria-rowindex={1} style={{ width: props.width }}>
        <Head
          field={NAME}
          index={0}
          width={model.view.nameWidth}
          isTabStop={tabId === columnId(NAME)}
          onFocus={setFocused}
          onTarget={setTarget}
        />
        <span
          className="ct-Cell-gap"
          role="presentation"
          style={{ width: range.start }}
        />
        {shown.map((column, offset) => (
          <Head
            key={columnId(column)}
            field={column}
            index={range.first + offset + 1}
            width={column.width}
            isTabStop={tabId === columnId(column)}
            isTarget={target === range.first + offset}
            onFocus={setFocused}
            onTarget={setTarget}
          />
        ))}
      </div>
    </div>
  );
}

interface HeadProps {
  field: ViewField;
  /** 0 is the run's name, which stays where it is. */
  index: number;
  width: number;
  isTabStop: boolean;
  /** A column that is dragged would come before this one. */
  isTarget?: boolean;
  onFocus: (id: string) => void;
  onTarget: (index: number) => void;
}

function Head(props: HeadProps): JSX.Element {
  const { model, trans } = useTable();
  const { field, index, width } = props;
  const id = columnId(field);
  const { order } = model.view;
  const isOrdered = order !== null && columnId(order) === id;
  const source = sourceName(field.source, trans);
  const name = columnName(field, trans);
  const widen = (to: number): void => {
    if (index === 0) {
      model.setView({ nameWidth: boundWidth(to) });
    } else {
      const { columns } = model.view;
      model.setView({
        columns: changeColumn(columns ?? [], id, { width: to })
      });
    }
  };
  const moveTo = (to: number): void => {
    model.setView({ columns: moveColumn(model.view.columns ?? [], id, to) });
  };
  const sort = (): void => model.setView({ order: nextOrder(order, field) });
  const edge = useDrag({
    start: () => width,
    move: (from, pixels) => widen(from + pixels)
  });
  const drag = useDrag({
    start: event => (index === 0 ? null : event.currentTarget),
    move: (_, __, event) => props.onTarget(columnUnder(event)),
    end: (_, event) => {
      const to = columnUnder(event);
      props.onTarget(-1);
      if (to >= 0) {
        moveTo(to > index - 1 ? to - 1 : to);
      }
    },
    click: sort
  });
  const openColumnMenu = (below: Element): void =>
    openMenu(below, columnEntries(model, trans, field, index));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isMenuKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      openColumnMenu(event.currentTarget);
      return;
    }
    const isRight = event.key === 'ArrowRight';
    if (!isRight && event.key !== 'ArrowLeft') {
      return;
    }
    const step = isRight ? 1 : -1;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) {
      widen(width + step * STEP);
    } else if (event.altKey && index > 0) {
      moveTo(index - 1 + step);
      keepInView(event.currentTarget, step * width);
    } else {
      neighbour(event.currentTarget, step)?.focus();
    }
  };
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={
        isOrdered ? (order.isDescending ? 'descending' : 'ascending') : 'none'
      }
      className={`ct-Head${index === 0 ? ' ct-mod-name' : ''}${props.isTarget ? ' ct-mod-target' : ''}`}
      data-index={index - 1}
      style={{ width }}
    >
      <button
        type="button"
        className="ct-Head-button"
        tabIndex={props.isTabStop ? 0 : -1}
        title={source === '' ? name : `${name} (${source})`}
        onContextMenu={event => {
          event.preventDefault();
          event.stopPropagation();
          openColumnMenu(event.currentTarget);
        }}
        onFocus={() => props.onFocus(id)}
        onKeyDown={onKeyDown}
        {...drag}
      >
        {source !== '' && <span className="ct-Head-source">{source}</span>}
        <span className="ct-Head-name" dir="auto">
          {name}
        </span>
        {isOrdered && <Arrow isDescending={order.isDescending} />}
      </button>
      <button
        type="button"
        className="ct-Head-menu"
        tabIndex={-1}
        title={trans.__('Menu of %1', name)}
        aria-label={trans.__('Menu of %1', name)}
        aria-haspopup="menu"
        onClick={event => openColumnMenu(event.currentTarget)}
      >
        <ellipsesIcon.react tag="span" />
      </button>
      <span className="ct-Head-edge" aria-hidden="true" {...edge} />
    </div>
  );
}

/** Scroll with a column that the keyboard moves, so that it and the focus stay. */
function keepInView(button: Element, pixels: number): void {
  const grid = button.closest('.ct-Grid');
  if (grid !== null) {
    grid.scrollLeft += pixels;
  }
}

function isMenuKey(event: KeyboardEvent): boolean {
  return (
    event.key === 'ContextMenu' ||
    (event.key === 'F10' && event.shiftKey) ||
    (event.key === 'ArrowDown' && event.altKey)
  );
}

function Arrow({ isDescending }: { isDescending: boolean }): JSX.Element {
  const Icon = isDescending ? caretDownIcon : caretUpIcon;
  return <Icon.react tag="span" className="ct-Head-arrow" />;
}

function columnUnder(event: PointerEvent): number {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const head = under?.closest('.ct-Head');
  const index = head?.getAttribute('data-index') ?? '-1';
  return Number(index);
}

function neighbour(button: Element, step: number): HTMLElement | undefined {
  const row = button.closest('[role=row]');
  const all = [
    ...(row?.querySelectorAll<HTMLElement>('.ct-Head-button') ?? [])
  ];
  return all[all.indexOf(button as HTMLElement) + step];
}
