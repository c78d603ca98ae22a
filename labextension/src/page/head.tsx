/** The head of the page: what the run is, when it was, and what can be done with it. */
import { copyIcon, linkIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { useState } from 'react';
import type { RunDetail } from '../api';
import { IconButton } from '../elements/button';
import { useNow } from '../elements/hooks';
import { starIcon, stateIcons, trailIcon } from '../icons';
import { TrailFailure } from '../model/failure';
import {
  baseName,
  formatAgo,
  formatBytes,
  formatMoment,
  formatNumber
} from '../model/format';
import {
  cellMark,
  cellProblem,
  durationOf,
  runName,
  shownKey,
  shownMetric,
  statusWord,
  UNTIMED
} from '../model/words';
import { Kind, LetGoButton, ReplayButton, Unmade } from '../run/header';
import { usePage } from './context';

/** All of it. */
export function Head({ detail }: { detail: RunDetail }): JSX.Element {
  const { model, trans } = usePage();
  const { run } = detail;
  const Icon = stateIcons[run.status];
  const problem = cellProblem(run, trans);
  const metric = shownMetric(run);
  return (
    <header className="ct-Page-head">
      <div className="ct-Page-title">
        <span className={`ct-State ct-mod-${run.status}`}>
          <Icon.react tag="span" />
        </span>
        <h1 dir="auto">{runName(run, trans)}</h1>
        <Star detail={detail} />
        {run.differs !== '' && (
          <span className="ct-Page-differs" dir="auto">
            {run.differs}
          </span>
        )}
        {metric !== null && (
          <span className="ct-Page-metric">
            <span dir="auto">{shownKey(run, trans)}</span>
            <strong title={String(metric.value)}>
              {formatNumber(metric.value)}
            </strong>
          </span>
        )}
      </div>
      <Line detail={detail} />
      <Kind run={run} />
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn">
          {trans.__('The run ended well, but later: %1', problem)}
        </div>
      )}
      <Actions detail={detail} />
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

/** Its state, its times and where it ran, in one line. */
function Line({ detail }: { detail: RunDetail }): JSX.Element {
  const { trans, copy, announce } = usePage();
  const { run } = detail;
  const now = useNow(run.status === 'running');
  const duration = durationOf(run, now);
  const facts = [
    statusWord(run.status, trans),
    duration === UNTIMED ? trans.__('nobody saw how long it took') : duration,
    `${formatAgo(run.started_at, now, trans)}, ${formatMoment(run.started_at)}`,
    `${baseName(run.notebook_path)} ${cellMark(run)}`.trim(),
    detail.peak_memory_bytes > 0
      ? trans.__('peak %1', formatBytes(detail.peak_memory_bytes))
      : '',
    run.is_archived ? trans.__('archived') : ''
  ].filter(each => each !== '');
  return (
    <div className="ct-Header-line" title={run.notebook_path} dir="auto">
      {facts.join(' · ')}
      <span className="ct-Digest ct-Page-id">
        <code title={run.run_id}>{run.run_id.slice(0, 8)}</code>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the run id')}
          onClick={() => {
            copy(run.run_id);
            announce(trans.__('Copied'));
          }}
        />
      </span>
    </div>
  );
}

function Star({ detail }: { detail: RunDetail }): JSX.Element {
  const { model, trans } = usePage();
  const { is_starred: isStarred } = detail.run;
  return (
    <button
      type="button"
      className={`ct-Star${isStarred ? ' ct-mod-on' : ''}`}
      aria-pressed={isStarred}
      aria-label={trans.__('Star this run')}
      title={isStarred ? trans.__('Unstar') : trans.__('Star')}
      onClick={() => {
        model.edit({ is_starred: !isStarred }).catch((reason: unknown) => {
          model.detail.note = TrailFailure.of(reason).message;
        });
      }}
    >
      <starIcon.react tag="span" />
    </button>
  );
}

function Actions({ detail }: { detail: RunDetail }): JSX.Element {
  const page = usePage();
  const { model, trans, goToCell, restore, compare, showInTrail } = page;
  const { run } = detail;
  return (
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
      <button
        type="button"
        className="ct-Button"
        title={trans.__('Choose a run, and see what differs and why')}
        onClick={() => compare(run)}
      >
        {trans.__('Compare…')}
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
      <ArchiveButton detail={detail} />
      {run.kind === 'kept' && <LetGoButton run={run} />}
      <span className="ct-Page-tools">
        <IconButton
          icon={trailIcon}
          label={trans.__('Show in the Trail panel')}
          onClick={() => showInTrail(run.run_id)}
        />
        <IconButton
          icon={linkIcon}
          label={trans.__('Copy a link to this page')}
          onClick={() => page.copyLink()}
        />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Ask the server again')}
          onClick={() => void model.refresh()}
        />
      </span>
    </div>
  );
}

function ArchiveButton({ detail }: { detail: RunDetail }): JSX.Element {
  const { model, trans } = usePage();
  const [isBusy, setBusy] = useState(false);
  const { is_archived: isArchived } = detail.run;
  return (
    <button
      type="button"
      className="ct-Button"
      disabled={isBusy}
      title={trans.__(
        'Out of the lists, or back into them; nothing is deleted'
      )}
      onClick={() => {
        setBusy(true);
        model
          .edit({ is_archived: !isArchived })
          .catch((reason: unknown) => {
            model.detail.note = TrailFailure.of(reason).message;
          })
          .finally(() => setBusy(false));
      }}
    >
      {isArchived ? trans.__('Take out of the archive') : trans.__('Archive')}
    </button>
  );
}
