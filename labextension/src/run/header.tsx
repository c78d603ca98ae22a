/** The head of a run: its state, its name, where it came from, and what can be done. */
import type { JSX } from 'react';
import type { RunDetail, RunSummary } from '../api';
import { stateIcons } from '../icons';
import {
  baseName,
  formatAgo,
  formatBytes,
  formatMoment
} from '../model/format';
import {
  cellMark,
  cellProblem,
  durationOf,
  runName,
  statusWord,
  UNTIMED
} from '../model/words';
import { TrailFailure } from '../model/failure';
import { useRun } from './context';
import { useChanges, useNow } from '../elements/hooks';

/** What the run is, in two lines. */
export function DetailHeader({ detail }: { detail: RunDetail }): JSX.Element {
  const { model, trans, goToCell, restore } = useRun();
  const { run } = detail;
  const now = useNow(run.status === 'running');
  const Icon = stateIcons[run.status];
  const duration = durationOf(run, now);
  const problem = cellProblem(run, trans);
  const facts = [
    statusWord(run.status, trans),
    duration === UNTIMED ? trans.__('nobody saw how long it took') : duration,
    detail.peak_memory_bytes > 0
      ? trans.__('peak %1', formatBytes(detail.peak_memory_bytes))
      : ''
  ].filter(each => each !== '');
  return (
    <header className="ct-Header">
      <div className="ct-Header-title">
        <span className={`ct-State ct-mod-${run.status}`}>
          <Icon.react tag="span" />
        </span>
        <h2 dir="auto">{runName(run, trans)}</h2>
      </div>
      {run.differs !== '' && (
        <div className="ct-Header-differs" dir="auto">
          {run.differs}
        </div>
      )}
      <div className="ct-Header-line">{facts.join(' · ')}</div>
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn">
          {trans.__('The run ended well, but later: %1', problem)}
        </div>
      )}
      <div className="ct-Header-line" title={formatMoment(run.started_at)}>
        {formatAgo(run.started_at, now, trans)}
        {` · ${formatMoment(run.started_at)}`}
      </div>
      <Kind run={run} />
      <div className="ct-Header-actions">
        <button
          type="button"
          className="ct-Button"
          disabled={run.cell_id === ''}
          title={
            run.cell_id === ''
              ? trans.__('The front end that ran it told no cell id')
              : run.notebook_path
          }
          onClick={() => goToCell(run)}
        >
          {trans.__('Go to cell %1', cellMark(run))}
        </button>
        <ReplayButton run={run} />
        <button
          type="button"
          className="ct-Button"
          disabled={run.execution_id === ''}
          title={
            run.execution_id === ''
              ? trans.__('No cell made this run')
              : trans.__(
                  'Put back what it executed; you see first what would change'
                )
          }
          onClick={() => restore(run)}
        >
          {trans.__('Restore…')}
        </button>
        {run.kind === 'kept' && <LetGoButton run={run} />}
        <span className="ct-Header-where" title={run.notebook_path} dir="auto">
          {baseName(run.notebook_path)}
        </span>
      </div>
      <Unmade run={run} />
      {model.detail.note !== '' && (
        <div className="ct-Note ct-mod-info" role="status">
          {model.detail.note}
        </div>
      )}
      {(detail.execution?.notes ?? []).map(note => (
        <div key={note} className="ct-Note ct-mod-info">
          {note}
        </div>
      ))}
    </header>
  );
}

/** Why two of the buttons above cannot be pressed, where no cell made the run. */
export function Unmade({ run }: { run: RunSummary }): JSX.Element | null {
  const { trans } = useRun();
  return run.execution_id === '' ? (
    <p className="ct-Hint">
      {trans.__(
        'No cell made this run: it is compared as any other, but cannot be replayed or restored.'
      )}
    </p>
  ) : null;
}

/** Undoes a keep; nothing is deleted. */
export function LetGoButton({ run }: { run: RunSummary }): JSX.Element {
  const { model, trans } = useRun();
  return (
    <button
      type="button"
      className="ct-Button"
      title={trans.__(
        'Take this kept cell out of the lists; nothing is deleted'
      )}
      onClick={() => {
        model.letGo(run.run_id).catch((reason: unknown) => {
          model.detail.note = TrailFailure.of(reason).message;
        });
      }}
    >
      {trans.__('Let go')}
    </button>
  );
}

/** Asks what a replay would run; that is agreed to before anything is. */
export function ReplayButton({ run }: { run: RunSummary }): JSX.Element {
  const { model, trans } = useRun();
  const { replay } = model;
  useChanges(replay);
  const isOwn = replay.isGoingOn && replay.state?.run_id === run.run_id;
  const isAsked = replay.askedFor === run.run_id;
  const why = isOwn
    ? trans.__('It is being replayed')
    : run.execution_id === ''
      ? trans.__('No cell made this run')
      : run.status === 'running'
        ? trans.__('It still runs')
        : '';
  return (
    <button
      type="button"
      className="ct-Button"
      disabled={why !== ''}
      aria-expanded={isAsked}
      title={
        why === ''
          ? trans.__(
              'Make this run again from what was executed; you see first what would run'
            )
          : why
      }
      onClick={() => void replay.ask(run.run_id)}
    >
      {trans.__('Replay…')}
    </button>
  );
}

/** What made it, and what it is part of. */
export function Kind({ run }: { run: RunSummary }): JSX.Element | null {
  const { model, trans } = useRun();
  const estimator = run.estimator.slice(run.estimator.lastIndexOf('.') + 1);
  const isNews = estimator !== '' && estimator !== run.name;
  if (!isNews && run.variable === '' && run.parent_run_id === '') {
    return null;
  }
  return (
    <div className="ct-Header-line" dir="auto">
      {isNews && <span title={run.estimator}>{estimator}</span>}
      {run.variable !== '' && (
        <span>
          {isNews ? ' · ' : ''}
          {trans.__('model in')} <code>{run.variable}</code>
        </span>
      )}
      {run.parent_run_id !== '' && (
        <button
          type="button"
          className="ct-Link"
          onClick={() => void model.openRun(run.parent_run_id)}
        >
          {run.kind === 'candidate'
            ? trans.__('Candidate of a search')
            : trans.__('Part of another run')}
        </button>
      )}
    </div>
  );
}
