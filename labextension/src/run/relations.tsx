/** The run's tags, and the runs below it. */
import type { JSX } from 'react';
import type { RunDetail, RunSummary } from '../api';
import { stateIcons } from '../icons';
import { formatCount, formatNumber } from '../model/format';
import { fullName, givenTags, rowLabel } from '../model/words';
import { useRun } from './context';
import { Facts, Section } from './parts';

/** All tags. */
export function TagsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const tags = givenTags(detail);
  if (tags.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Tags')} count={tags.length}>
      <Facts facts={tags.map(tag => [tag.key, tag.value] as const)} />
    </Section>
  );
}

/** What the runs of one loop measured together: the folds of a cross-validation by hand. */
export function GroupSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const { group } = detail;
  if (group === null) {
    return null;
  }
  const { run_count: count, like_count: alike } = group;
  return (
    <Section title={trans.__('Runs of this loop')} count={count}>
      {alike < count && (
        <p className="ct-Hint">
          {trans.__(
            '%1 of %2 have this model with these parameters.',
            formatCount(alike),
            formatCount(count)
          )}
        </p>
      )}
      <ul className="ct-Metrics">
        {group.metrics.map(metric => (
          <li key={metric.key} className="ct-Metric">
            <span className="ct-Metric-key" title={metric.key} dir="auto">
              {metric.key}
            </span>
            <span className="ct-Metric-value">
              {formatNumber(metric.mean)} ± {formatNumber(metric.std)}
            </span>
            <span className="ct-Metric-facts">
              {trans.__(
                'mean and standard deviation of %1 runs, %2 to %3',
                formatCount(metric.count),
                formatNumber(metric.minimum),
                formatNumber(metric.maximum)
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The candidates of a search, or the fits of an explicit run. */
export function ChildrenSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const count = detail.run.child_count;
  if (detail.children.length === 0) {
    return null;
  }
  const missing = count - detail.children.length;
  return (
    <Section
      title={
        detail.run.kind === 'search'
          ? trans.__('Candidates')
          : trans.__('Runs in this run')
      }
      count={count}
    >
      <ul className="ct-Children">
        {detail.children.map(child => (
          <Child key={child.run_id} child={child} />
        ))}
      </ul>
      {missing > 0 && (
        <p className="ct-Hint">
          {trans.__(
            '%1 more: open them in the list with the arrow.',
            formatCount(missing)
          )}
        </p>
      )}
    </Section>
  );
}

function Child({ child }: { child: RunSummary }): JSX.Element {
  const { model, trans } = useRun();
  const Icon = stateIcons[child.status];
  const name = fullName(child, trans);
  return (
    <li>
      <button
        type="button"
        className="ct-Child"
        aria-label={rowLabel(child, Date.now(), trans)}
        onClick={() => void model.openRun(child.run_id)}
      >
        <span className={`ct-State ct-mod-${child.status}`}>
          <Icon.react tag="span" />
        </span>
        <span className="ct-Child-name" title={name} dir="auto">
          {name}
        </span>
        {child.key_metric !== null && (
          <span className="ct-Row-value" title={child.key_metric.key}>
            {formatNumber(child.key_metric.value)}
          </span>
        )}
      </button>
    </li>
  );
}
