/** The run's metrics, each with what it was measured on and why it is this run's. */
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type {
  AmbiguousMetric,
  MetricHistory,
  MetricValue,
  RunDetail
} from '../api';
import type { Translate } from '../model/format';
import { formatCount, formatNumber } from '../model/format';
import { evidenceWords } from '../model/words';
import { useRun } from './context';
import { RunLink, Section } from './parts';
import { useFirst } from '../elements/first';
import { Sparkline } from '../elements/sparkline';

/** Above this number of metrics the rest is shown on demand. */
const FIRST = 50;
const STEP = 500;

/** All metrics; on a page of its own also what to do where there is none. */
export function MetricsSection(props: {
  detail: RunDetail;
  isPage?: boolean;
}): JSX.Element | null {
  const { trans } = useRun();
  const { detail, isPage = false } = props;
  const { shown, more } = useFirst(detail.metrics, FIRST, STEP, trans);
  if (detail.metrics.length === 0) {
    return isPage ? <NoMetric detail={detail} /> : null;
  }
  const keys = new Set(detail.metrics.map(metric => metric.key));
  return (
    <Section title={trans.__('Metrics')} count={detail.metrics.length}>
      <ul className="ct-Metrics">
        {shown.map(metric => (
          <Metric
            key={`${metric.key}\n${metric.dataset_digest}\n${metric.slice_name}`}
            metric={metric}
            isFolds={metric.count > 1 && keys.has(`mean_${metric.key}`)}
          />
        ))}
      </ul>
      {more}
    </Section>
  );
}

function NoMetric({ detail }: { detail: RunDetail }): JSX.Element {
  const { trans } = useRun();
  return (
    <Section title={trans.__('Metrics')} count={0}>
      <p className="ct-Hint">
        {detail.run.status === 'running'
          ? trans.__('No metric yet.')
          : trans.__(
              'No metric belongs to this run. Score its model in any cell, or log a number within it:'
            )}
      </p>
      {detail.run.status !== 'running' && (
        <pre className="ct-Message-code" tabIndex={0}>
          {'celltrail.log_metric("rmse", 0.12)'}
        </pre>
      )}
    </Section>
  );
}

/** One metric; the folds of a cross-validation stand below their mean and have no value of their own. */
function Metric(props: { metric: MetricValue; isFolds: boolean }): JSX.Element {
  const { trans } = useRun();
  const { metric, isFolds } = props;
  const facts = [
    metric.dataset_name === '' ? '' : trans.__('on %1', metric.dataset_name),
    metric.slice_name,
    evidenceWords(metric.evidence, trans)
  ].filter(each => each !== '');
  return (
    <li className={`ct-Metric${isFolds ? ' ct-mod-folds' : ''}`}>
      <span className="ct-Metric-key" title={metric.key} dir="auto">
        {metric.key}
      </span>
      {metric.count > 1 && <History metric={metric} />}
      {!isFolds && (
        <span className="ct-Metric-value" title={String(metric.value)}>
          {formatNumber(metric.value)}
        </span>
      )}
      <span className="ct-Metric-facts" dir="auto">
        {facts.join(' · ')}
        {metric.count > 1 && (
          <span>
            {' · '}
            {rangeWords(metric, isFolds, trans)}
          </span>
        )}
      </span>
    </li>
  );
}

function rangeWords(
  metric: MetricValue,
  isFolds: boolean,
  trans: Translate
): string {
  const { count, minimum, maximum } = metric;
  if (minimum === null || maximum === null) {
    return trans.__('%1 values, none is a number', formatCount(count));
  }
  return trans.__(
    isFolds ? '%1 folds, %2 to %3' : '%1 values, %2 to %3',
    formatCount(count),
    formatNumber(minimum),
    formatNumber(maximum)
  );
}

function History({ metric }: { metric: MetricValue }): JSX.Element | null {
  const { model, trans } = useRun();
  const [history, setHistory] = useState<MetricHistory | null>(null);
  const { key, count } = metric;
  useEffect(() => {
    let isCurrent = true;
    void model.detail.history(key).then(found => {
      if (isCurrent) {
        setHistory(found);
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [model, key, count]);
  if (history === null || history.points.length < 2) {
    return <span className="ct-Spark" />;
  }
  return (
    <Sparkline
      points={history.points}
      label={trans.__('%1 over %2 values', key, formatCount(history.count))}
    />
  );
}

/** Metrics that more than one run may own: on none of them, until the user says. */
export function AmbiguousSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const metrics = detail.ambiguous_metrics;
  if (metrics.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Could be this run’s')} count={metrics.length}>
      <ul className="ct-Metrics">
        {metrics.map((metric, index) => (
          <Ambiguous
            key={`${metric.execution_id} ${metric.key} ${index}`}
            metric={metric}
            ownId={detail.run.run_id}
          />
        ))}
      </ul>
    </Section>
  );
}

function Ambiguous(props: {
  metric: AmbiguousMetric;
  ownId: string;
}): JSX.Element {
  const { trans } = useRun();
  const { metric } = props;
  const others = metric.candidate_run_ids
    .map((id, index) => ({ id, name: metric.candidate_names[index] ?? '' }))
    .filter(({ id }) => id !== props.ownId);
  return (
    <li className="ct-Metric">
      <span className="ct-Metric-key" title={metric.key} dir="auto">
        {metric.key}
      </span>
      <span className="ct-Metric-value" title={String(metric.value)}>
        {formatNumber(metric.value)}
      </span>
      <span className="ct-Metric-facts" dir="auto">
        {metric.dataset_name !== '' &&
          `${trans.__('on %1', metric.dataset_name)} · `}
        {metric.reason}
        {others.length > 0 && ` · ${trans.__('or of')} `}
        {others.map(({ id, name }) => (
          <RunLink key={id} runId={id} name={name} />
        ))}
      </span>
    </li>
  );
}
