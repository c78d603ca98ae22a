/** The words of the trail, as the reader's language has them. */
import type {
  DatasetRole,
  Evidence,
  MetricValue,
  Origin,
  RunDetail,
  RunSummary,
  Status,
  Tag
} from '../api';
import type { Translate } from './format';
import { formatAgo, formatDuration, formatNumber } from './format';

/** celltrail's own tags are shown as what they mean, not as tags. */
export const OWN_TAGS = 'celltrail.';

/** The tags that the reader and the code have set. */
export function givenTags({ tags }: RunDetail): Tag[] {
  return tags.filter(tag => !tag.key.startsWith(OWN_TAGS));
}

/** A state in one word. */
export function statusWord(status: Status, trans: Translate): string {
  const words: Record<Status, string> = {
    running: trans.__('running'),
    finished: trans.__('finished'),
    failed: trans.__('failed'),
    interrupted: trans.__('interrupted'),
    killed: trans.__('killed')
  };
  return words[status];
}

/** Why a metric belongs to the run. */
export function evidenceWords(evidence: Evidence, trans: Translate): string {
  const words: Record<Evidence, string> = {
    logged: trans.__('logged by your code'),
    own: trans.__('measured while it ran'),
    'same-object': trans.__('measured on its own prediction'),
    'model-argument': trans.__('measured with this model'),
    'name-lineage': trans.__('computed from its prediction'),
    'equal-content': trans.__('values equal its prediction')
  };
  return words[evidence];
}

/** Where a parameter's value comes from. */
export function originWord(origin: Origin, trans: Translate): string {
  const words: Record<Origin, string> = {
    estimator: trans.__('model'),
    grid: trans.__('search'),
    notebook: trans.__('notebook'),
    variable: trans.__('variable'),
    logged: trans.__('logged')
  };
  return words[origin];
}

/** What a dataset was used for. */
export function roleWord(role: DatasetRole, trans: Translate): string {
  const words: Record<DatasetRole, string> = {
    train: trans.__('train'),
    target: trans.__('target'),
    evaluate: trans.__('evaluate'),
    predict: trans.__('predict'),
    input: trans.__('file read')
  };
  return words[role];
}

/** A run's name as lists show it, also when it has none. */
export function runName(run: RunSummary, trans: Translate): string {
  return (
    run.title.trim() ||
    run.name.trim() ||
    run.variable ||
    trans.__('Unnamed run')
  );
}

/** A run's name, with what tells it from its neighbours. */
export function fullName(run: RunSummary, trans: Translate): string {
  return [runName(run, trans), run.differs, replayWords(run, trans)]
    .filter(part => part !== '')
    .join(' ');
}

/** Which run a replay made it of; empty for all others. */
export function replayWords(run: RunSummary, trans: Translate): string {
  return run.replay_of === ''
    ? ''
    : trans.__('replay of %1', run.replay_of.slice(0, 8));
}

/** How the cell ended where that was not well although its run did; empty elsewhere. */
export function cellProblem(run: RunSummary, trans: Translate): string {
  switch (run.cell_status) {
    case 'failed':
      return run.cell_error === ''
        ? trans.__('cell failed')
        : trans.__('cell failed: %1', run.cell_error);
    case 'interrupted':
      return trans.__('cell interrupted');
    case 'killed':
      return trans.__('kernel killed');
    default:
      return '';
  }
}

/** The metric that stands for a run: its own, else its latest child's. */
export function shownMetric(run: RunSummary): MetricValue | null {
  return run.key_metric ?? run.child_metric;
}

/** The key of the metric that stands for a run, and whose it is. */
export function shownKey(run: RunSummary, trans: Translate): string {
  const key = shownMetric(run)?.key ?? '';
  return run.key_metric === null && key !== ''
    ? trans.__('%1 of its last run', key)
    : key;
}

/** The cell as Jupyter shows it. */
export function cellMark(run: RunSummary): string {
  return run.execution_count > 0 ? `[${run.execution_count}]` : '';
}

/** What stands for a duration that nobody knows. */
export const UNTIMED = '–';

/** How long a run took, or takes until now. */
export function durationOf(run: RunSummary, now: number): string {
  if (run.duration_s !== null) {
    return formatDuration(run.duration_s);
  }
  return run.status === 'running'
    ? formatDuration((now - run.started_at / 1000) / 1000)
    : UNTIMED;
}

/** One row of the list as a screen reader says it. */
export function rowLabel(
  run: RunSummary,
  now: number,
  trans: Translate
): string {
  const metric = shownMetric(run);
  const parts = [
    fullName(run, trans),
    statusWord(run.status, trans),
    cellProblem(run, trans),
    run.execution_count > 0 ? trans.__('cell %1', run.execution_count) : '',
    metric === null
      ? ''
      : `${shownKey(run, trans)} ${formatNumber(metric.value)}`,
    durationOf(run, now),
    formatAgo(run.started_at, now, trans),
    run.child_count > 0
      ? trans._n('%1 candidate', '%1 candidates', run.child_count)
      : ''
  ];
  return parts.filter(part => part !== '').join(', ');
}
