/** The menu of a column: everything that a mouse can do with its head, and which values are better. */
import type { Translate } from '../model/format';
import { betterOf } from '../model/table/best';
import type { Better, Column } from '../model/table/columns';
import {
  changeColumn,
  columnId,
  moveColumn,
  newColumn,
  withColumn,
  withoutColumn
} from '../model/table/columns';
import type { TableModel } from '../model/table/table';
import type { ViewField } from '../model/table/view';
import type { MenuEntry } from './menu';

const NOT_GROUPED: readonly string[] = [
  'start_time',
  'end_time',
  'duration',
  'run_id'
];

/** The entries of a column's menu; index 0 is the run's name, which stays. */
export function columnEntries(
  model: TableModel,
  trans: Translate,
  field: ViewField,
  index: number
): (MenuEntry | null)[] {
  const columns = model.view.columns ?? [];
  const column = columns[index - 1];
  return [
    ...orderEntries(model, trans, field),
    ...groupEntries(model, trans, field),
    ...(column === undefined ? [] : metricEntries(model, trans, column)),
    ...(column === undefined ? [] : placeEntries(model, trans, column, index))
  ];
}

function orderEntries(
  model: TableModel,
  trans: Translate,
  { source, key }: ViewField
): MenuEntry[] {
  if (source === 'course') {
    return [];
  }
  const { order } = model.view;
  const isOrdered = order?.source === source && order.key === key;
  const entry = (label: string, isDescending: boolean): MenuEntry => ({
    label,
    isToggled: isOrdered && order.isDescending === isDescending,
    act: () => model.setView({ order: { source, key, isDescending } })
  });
  return [
    entry(trans.__('Order from Small to Large'), false),
    entry(trans.__('Order from Large to Small'), true),
    {
      label: trans.__('Newest First'),
      isToggled: order === null,
      act: () => model.setView({ order: null })
    }
  ];
}

function groupEntries(
  model: TableModel,
  trans: Translate,
  { source, key }: ViewField
): MenuEntry[] {
  const isGroupable =
    source === 'params' ||
    source === 'tags' ||
    (source === 'attributes' && !NOT_GROUPED.includes(key));
  const { group } = model.view;
  const isGrouped = group?.source === source && group.key === key;
  return isGroupable
    ? [
        {
          label: trans.__('Group by This'),
          isToggled: isGrouped,
          act: () =>
            model.setView({ group: isGrouped ? null : { source, key } })
        }
      ]
    : [];
}

function metricEntries(
  model: TableModel,
  trans: Translate,
  column: Column
): (MenuEntry | null)[] {
  if (column.source !== 'metrics') {
    return [];
  }
  const { key } = column;
  const columns = model.view.columns ?? [];
  const now = betterOf(column, model.extremes.get(key));
  const entry = (label: string, better: Better): MenuEntry => ({
    label,
    isToggled: now === better,
    act: () =>
      model.setView({
        columns: changeColumn(columns, columnId(column), { better })
      })
  });
  return [
    null,
    entry(trans.__('Higher Is Better'), 'higher'),
    entry(trans.__('Lower Is Better'), 'lower'),
    entry(trans.__('Neither Is Better'), 'none'),
    {
      label: trans.__('Draw over Steps'),
      isEnabled: model.keys?.stepped_metrics.includes(key) ?? false,
      act: () =>
        model.setView({
          columns: withColumn(columns, newColumn('course', key))
        })
    }
  ];
}

function placeEntries(
  model: TableModel,
  trans: Translate,
  column: Column,
  index: number
): (MenuEntry | null)[] {
  const columns = model.view.columns ?? [];
  const id = columnId(column);
  const move = (label: string, to: number): MenuEntry => ({
    label,
    isEnabled: to >= 0 && to < columns.length,
    act: () => model.setView({ columns: moveColumn(columns, id, to) })
  });
  return [
    null,
    move(trans.__('Move to the Front'), index - 2),
    move(trans.__('Move to the Back'), index),
    {
      label: trans.__('Remove Column'),
      act: () => model.setView({ columns: withoutColumn(columns, id) })
    }
  ];
}
