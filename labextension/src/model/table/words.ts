/** The names of columns and fields, as the reader's language has them. */
import type { Translate } from '../format';
import type { ColumnSource } from './columns';

/** What a column is called. */
export function columnName(
  column: { source: ColumnSource; key: string },
  trans: Translate
): string {
  if (column.source !== 'attributes') {
    return column.key;
  }
  const names: Record<string, string> = {
    name: trans.__('Run'),
    start_time: trans.__('Started'),
    end_time: trans.__('Ended'),
    duration: trans.__('Duration'),
    status: trans.__('State'),
    estimator: trans.__('Model'),
    notebook: trans.__('Notebook'),
    cell: trans.__('Cell'),
    kind: trans.__('Kind'),
    run_id: trans.__('Id')
  };
  return names[column.key] ?? column.key;
}

/** Where a column's values come from, in one word; empty for attributes. */
export function sourceName(source: ColumnSource, trans: Translate): string {
  const names: Record<ColumnSource, string> = {
    attributes: '',
    metrics: trans.__('metric'),
    params: trans.__('parameter'),
    tags: trans.__('tag'),
    course: trans.__('over steps')
  };
  return names[source];
}
