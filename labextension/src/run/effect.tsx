/** What a swap did to the metrics: each as recorded, with the swap, and the difference. */
import type { JSX } from 'react';
import type { MetricChange, ReplayReport } from '../api';
import { formatNumber } from '../model/format';
import { useRun } from './context';

/** Instead of a verdict: a replay with swaps is none on the run. */
export function Effect({ report }: { report: ReplayReport }): JSX.Element {
  const { trans } = useRun();
  return (
    <>
      <table className="ct-Effect">
        <caption>{trans.__('Metrics with the swap')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Metric')}</th>
            <th scope="col">{trans.__('Recorded')}</th>
            <th scope="col">{trans.__('Swapped')}</th>
            <th scope="col">{trans.__('Difference')}</th>
          </tr>
        </thead>
        <tbody>
          {report.changes.map(change => (
            <ChangeRow key={change.name} change={change} />
          ))}
        </tbody>
      </table>
      {report.doubts.map(doubt => (
        <p key={doubt} className="ct-Hint" dir="auto">
          {doubt}
        </p>
      ))}
    </>
  );
}

function ChangeRow({ change }: { change: MetricChange }): JSX.Element {
  const { trans } = useRun();
  const { difference } = change;
  const sign = typeof difference === 'number' && difference > 0 ? '+' : '';
  return (
    <tr>
      <th scope="row" dir="auto">
        {change.name.replace(/^metric /, '')}
      </th>
      <td>{formatNumber(change.before)}</td>
      <td>
        {change.after === null ? trans.__('none') : formatNumber(change.after)}
      </td>
      <td>{difference === null ? '' : `${sign}${formatNumber(difference)}`}</td>
    </tr>
  );
}
