/** The data of the runs: which content differs, in which columns, and how their values are spread. */
import type { JSX } from 'react';
import type {
  ColumnChange,
  ColumnProfile,
  DataChange,
  RunComparison
} from '../api';
import {
  formatCount,
  formatNumber,
  shortDigest,
  toNumber
} from '../model/format';
import { useCompare } from './context';
import { Notes, RunTable, Section } from './parts';

const SHOWN_COLUMNS = 30;

/** The section; nothing where no data differs. */
export function Data({ facts }: { facts: RunComparison }): JSX.Element | null {
  const { model, trans } = useCompare();
  const changes = model.pair.answer?.data ?? [];
  if (facts.datasets.length === 0 && changes.length === 0) {
    return null;
  }
  const title = trans.__('Data');
  return (
    <Section title={title} count={facts.datasets.length}>
      {facts.datasets.length > 0 && (
        <RunTable label={title} runs={facts.runs}>
          {facts.datasets.map(one => (
            <tr key={`${one.role} ${one.name}`}>
              <th scope="row" dir="auto">
                {`${one.name} (${one.role})`}
              </th>
              {one.digests.map((digest, place) => (
                <td key={place} title={digest ?? ''}>
                  {digest === null ? '–' : shortDigest(digest)}
                  <Rows count={one.rows[place] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </RunTable>
      )}
      {changes.map(change => (
        <Change key={`${change.role} ${change.name}`} change={change} />
      ))}
    </Section>
  );
}

function Rows({ count }: { count: number | null }): JSX.Element | null {
  const { trans } = useCompare();
  return count === null ? null : (
    <span className="ct-Delta">
      {trans._n('%2 row', '%2 rows', count, formatCount(count))}
    </span>
  );
}

function Change({ change }: { change: DataChange }): JSX.Element {
  const { trans } = useCompare();
  const rows = Math.max(change.rows_before ?? 0, change.rows_after ?? 0);
  const shown = change.columns.slice(0, SHOWN_COLUMNS);
  const title = trans.__('%1: first run → second run', change.name);
  return (
    <div className="ct-DataChange">
      <h3 dir="auto">{change.name}</h3>
      <Notes notes={change.notes} />
      {shown.length > 0 && (
        <div
          className="ct-Compare-scroll"
          tabIndex={0}
          role="group"
          aria-label={title}
        >
          <table className="ct-Compare-table" aria-label={title}>
            <thead>
              <tr>
                <th scope="col">{trans.__('Column')}</th>
                <th scope="col">{trans.__('Change')}</th>
                <th scope="col">{trans.__('Values that differ')}</th>
                <th scope="col">{trans.__('Spread')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(column => (
                <Column key={column.name} column={column} rows={rows} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {change.columns.length > shown.length && (
        <p className="ct-Hint">
          {trans.__(
            'and %1 more columns',
            change.columns.length - shown.length
          )}
        </p>
      )}
    </div>
  );
}

function Column(props: { column: ColumnChange; rows: number }): JSX.Element {
  const { trans } = useCompare();
  const { column, rows } = props;
  const types =
    column.before !== column.after &&
    column.before !== '' &&
    column.after !== ''
      ? ` ${column.before} → ${column.after}`
      : '';
  return (
    <tr>
      <th scope="row" dir="auto">
        {column.name === '' ? trans.__('(index)') : column.name}
      </th>
      <td>{column.change + types}</td>
      <td>
        {column.changed_values === null
          ? '–'
          : trans.__(
              '%1 of %2',
              formatCount(column.changed_values),
              formatCount(rows)
            )}
      </td>
      <td>
        <Spread before={column.before_profile} after={column.after_profile} />
        {column.shift !== null && (
          <div className="ct-Delta">
            {trans.__(
              'mean moved by %1 standard deviations',
              formatNumber(column.shift)
            )}
          </div>
        )}
      </td>
    </tr>
  );
}

/** Both spreads on one scale: a line from the least to the greatest, a bar over the middle half. */
function Spread(props: {
  before: ColumnProfile | null;
  after: ColumnProfile | null;
}): JSX.Element | null {
  const { trans } = useCompare();
  const known = [props.before, props.after].filter(each => each !== null);
  const numbers = known.flatMap(each => each.quantiles.map(toNumber));
  if (numbers.length === 0) {
    return <Tops profiles={known} />;
  }
  const low = Math.min(...numbers);
  const width = Math.max(...numbers) - low || 1;
  const place = (value: number): number => ((value - low) / width) * 118 + 1;
  return (
    <div className="ct-Spread">
      {known.map((profile, row) => {
        const [least, q1, median, q3, most] = profile.quantiles.map(toNumber);
        if (least === undefined || most === undefined) {
          return null;
        }
        const label = trans.__(
          '%1 to %2, median %3, mean %4',
          formatNumber(least),
          formatNumber(most),
          formatNumber(median ?? least),
          formatNumber(profile.mean ?? 'NaN')
        );
        return (
          <svg key={row} width={120} height={12} role="img" aria-label={label}>
            <title>{label}</title>
            <line x1={place(least)} x2={place(most)} y1={6} y2={6} />
            <rect
              x={place(q1 ?? least)}
              width={Math.max(place(q3 ?? most) - place(q1 ?? least), 1)}
              y={2}
              height={8}
            />
          </svg>
        );
      })}
    </div>
  );
}

function Tops(props: { profiles: readonly ColumnProfile[] }): JSX.Element {
  return (
    <>
      {props.profiles.map((profile, row) => (
        <div key={row} dir="auto">
          {profile.top
            .slice(0, 3)
            .map(one => `${one.text} ×${formatCount(one.count)}`)
            .join(', ')}
        </div>
      ))}
    </>
  );
}
