/** One row of the list: a run, a candidate, or a place where one will be. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { Glyph } from '../elements/glyph';
import { More } from '../elements/more';
import type { JSX, MouseEvent } from 'react';
import { memo } from 'react';
import { stateIcons } from '../icons';
import type { RunSummary } from '../api';
import type { Translate } from '../model/format';
import {
  baseName,
  formatAgo,
  formatMoment,
  formatNumber
} from '../model/format';
import type { Row } from '../model/rows';
import {
  cellMark,
  cellProblem,
  durationOf,
  fullName,
  replayWords,
  rowLabel,
  runName,
  shownKey,
  shownMetric,
  statusWord,
  UNTIMED
} from '../model/words';
import { usePanel } from './context';
import { MarkBox } from './marked';

/** Pixels; the style sheet has the same. */
export const ROW_HEIGHT = 44;

/** The DOM id of the row at a position. */
export function rowId(position: number): string {
  return `ct-row-${position}`;
}

interface RowProps {
  row: Row | null;
  position: number;
  top: number;
  now: number;
  isActive: boolean;
  onPick: (position: number) => void;
}

/** A row at its place in the list. */
export function ListRow(props: RowProps): JSX.Element {
  const { model, trans } = usePanel();
  const { position } = props;
  const row: Row = props.row ?? { kind: 'pending', index: position };
  const run = 'run' in row ? row.run : null;
  return (
    <div
      id={rowId(position)}
      role="row"
      data-run-id={run?.run_id}
      className={rowClasses(
        row,
        props.isActive,
        run !== null && model.marked.has(run.run_id)
      )}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-rowindex={position + 1}
      aria-level={row.kind === 'child' || row.kind === 'more' ? 2 : 1}
      aria-selected={props.isActive}
      aria-expanded={expansion(row, model.runs)}
      aria-label={run === null ? undefined : rowLabel(run, props.now, trans)}
      onClick={event => {
        if (
          run !== null &&
          (event.ctrlKey || event.metaKey || event.shiftKey)
        ) {
          model.marked.toggle(run.run_id);
        } else {
          props.onPick(position);
        }
      }}
    >
      <div role="gridcell" className="ct-Row-cell">
        <Expander row={row} />
        {run !== null && <MarkBox run={run} />}
        {run !== null && <RunCells run={run} row={row} now={props.now} />}
        {row.kind === 'more' && <More missing={row.missing} trans={trans} />}
        {row.kind === 'pending' && <Pending />}
      </div>
    </div>
  );
}

function rowClasses(row: Row, isActive: boolean, isMarked: boolean): string {
  const group = row.kind === 'run' ? row.group : null;
  const classes = [
    'ct-Row',
    `ct-mod-${row.kind}`,
    isActive ? 'ct-mod-active' : '',
    isMarked ? 'ct-mod-marked' : '',
    group === null ? '' : 'ct-mod-group',
    group?.isFirst ? 'ct-mod-first' : '',
    group?.isLast ? 'ct-mod-last' : ''
  ];
  return classes.filter(each => each !== '').join(' ');
}

function expansion(
  row: Row,
  runs: { isOpened(runId: string): boolean }
): boolean | undefined {
  if (row.kind !== 'run') {
    return undefined;
  }
  if (row.run.child_count > 0) {
    return runs.isOpened(row.run.run_id);
  }
  return row.group?.isFirst ? !row.group.isFolded : undefined;
}

function Expander({ row }: { row: Row }): JSX.Element {
  const { model } = usePanel();
  const isOpen = expansion(row, model.runs);
  if (row.kind !== 'run' || isOpen === undefined) {
    return <span className="ct-Expander" />;
  }
  const onClick = (event: MouseEvent): void => {
    event.stopPropagation();
    if (row.run.child_count > 0) {
      void model.runs.toggleChildren(row.run.run_id);
    } else if (row.group !== null) {
      model.runs.toggleGroup(row.group.id);
    }
  };
  // The row itself tells whether it is expanded, and the arrow keys do this.
  return (
    <span
      className="ct-Expander ct-mod-button"
      aria-hidden="true"
      onClick={onClick}
    >
      <Glyph icon={isOpen ? caretDownIcon : caretRightIcon} />
    </span>
  );
}

const RunCells = memo(function RunCells(props: {
  run: RunSummary;
  row: Row;
  now: number;
}): JSX.Element {
  const { trans } = usePanel();
  const { run, row } = props;
  const metric = shownMetric(run);
  const key = shownKey(run, trans);
  const borrowed = run.key_metric === null ? ' ct-mod-borrowed' : '';
  return (
    <>
      <span
        className={`ct-State ct-mod-${run.status}`}
        title={statusWord(run.status, trans)}
      >
        <Glyph icon={stateIcons[run.status]} />
      </span>
      <span className="ct-Row-text">
        <span className="ct-Row-line">
          <span className="ct-Row-name" title={fullName(run, trans)} dir="auto">
            {runName(run, trans)}
          </span>
          <Count row={row} run={run} />
          {metric !== null && (
            <span
              className={`ct-Row-value${borrowed}`}
              title={`${key} = ${metric.value}`}
            >
              {formatNumber(metric.value)}
            </span>
          )}
        </span>
        <span className="ct-Row-line ct-mod-dim">
          <RunFacts {...props} />
          {metric !== null && (
            <span className="ct-Row-key" title={key} dir="auto">
              {key}
            </span>
          )}
        </span>
      </span>
    </>
  );
});

/** What tells the run from its neighbours, then where, how long and when. */
function RunFacts(props: {
  run: RunSummary;
  row: Row;
  now: number;
}): JSX.Element {
  const { model, trans } = usePanel();
  const { run, row, now } = props;
  const isChild = row.kind === 'child';
  const problem = isChild ? '' : cellProblem(run, trans);
  const isElsewhere =
    model.scope === 'project' && run.notebook_path !== model.notebook;
  const facts = [
    replayWords(run, trans),
    isChild ? '' : cellMark(run),
    isElsewhere ? baseName(run.notebook_path).replace(/\.ipynb$/, '') : '',
    stateAndDuration(run, now, trans)
  ];
  const all = [run.differs, problem, ...facts].filter(part => part !== '');
  return (
    <span className="ct-Row-facts" title={all.join(' · ')}>
      {run.differs !== '' && (
        <>
          <bdi className="ct-Row-differs">{run.differs}</bdi>
          {' · '}
        </>
      )}
      {problem !== '' && (
        <>
          <span className="ct-Row-problem">{problem}</span>
          {' · '}
        </>
      )}
      {facts.filter(part => part !== '').join(' · ')}
      {!isChild && run.status !== 'running' && (
        <span title={formatMoment(run.started_at)}>
          {` · ${formatAgo(run.started_at, now, trans)}`}
        </span>
      )}
    </span>
  );
}

function stateAndDuration(
  run: RunSummary,
  now: number,
  trans: Translate
): string {
  const state = run.status === 'finished' ? '' : statusWord(run.status, trans);
  const duration = durationOf(run, now);
  return [state, duration === UNTIMED ? '' : duration]
    .filter(part => part !== '')
    .join(' ');
}

function Count({
  row,
  run
}: {
  row: Row;
  run: RunSummary;
}): JSX.Element | null {
  const { trans } = usePanel();
  if (run.child_count > 0) {
    return (
      <span
        className="ct-Chip"
        title={trans._n('%1 candidate', '%1 candidates', run.child_count)}
      >
        {run.child_count}
      </span>
    );
  }
  if (row.kind === 'run' && row.group?.isFirst) {
    const { size } = row.group;
    return (
      <span
        className="ct-Chip"
        title={trans._n('%1 run of one loop', '%1 runs of one loop', size)}
      >
        ×{size}
      </span>
    );
  }
  return null;
}

function Pending(): JSX.Element {
  const { trans } = usePanel();
  return (
    <span className="ct-Pending" aria-label={trans.__('Loading…')} role="img">
      <span className="ct-Pending-bar" />
      <span className="ct-Pending-bar ct-mod-short" />
    </span>
  );
}
