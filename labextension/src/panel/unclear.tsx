/** Below the list: metrics that stand on no run, because more than one may own them. */
import type { JSX } from 'react';
import type { AmbiguousMetric } from '../api';
import { formatNumber } from '../model/format';
import { usePanel } from './context';
import { RunLink } from '../run/parts';
import { useChanges } from '../elements/hooks';

/** The metrics and their candidates, folded into one line. */
export function Unclear(): JSX.Element | null {
  const { model, trans } = usePanel();
  useChanges(model);
  const { unclear } = model;
  if (unclear.length === 0) {
    return null;
  }
  return (
    <details className="ct-Unclear">
      <summary>
        {trans._n(
          '%1 metric has several candidate runs',
          '%1 metrics have several candidate runs',
          unclear.length
        )}
      </summary>
      <ul className="ct-Metrics">
        {unclear.map((metric, index) => (
          <Candidates
            key={`${metric.execution_id} ${metric.key} ${index}`}
            metric={metric}
          />
        ))}
      </ul>
    </details>
  );
}

function Candidates({ metric }: { metric: AmbiguousMetric }): JSX.Element {
  const { trans } = usePanel();
  return (
    <li className="ct-Metric" title={metric.reason}>
      <span className="ct-Metric-key" title={metric.key} dir="auto">
        {metric.key}
      </span>
      <span className="ct-Metric-value" title={String(metric.value)}>
        {formatNumber(metric.value)}
      </span>
      <span className="ct-Metric-facts" dir="auto">
        {trans.__('one of')}{' '}
        {metric.candidate_run_ids.map((id, index) => (
          <RunLink
            key={id}
            runId={id}
            name={metric.candidate_names[index] ?? ''}
          />
        ))}
      </span>
    </li>
  );
}
