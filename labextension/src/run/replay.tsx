/** A run made again: what that would execute, how far it is, and what it came to. */
import type { JSX } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { ReplayReport, RunDetail } from '../api';
import { STATUS_TAG, OF_TAG, tagOf } from '../model/replay';
import { useRun } from './context';
import { useChanges } from '../elements/hooks';
import { RunLink, Section } from './parts';
import { Agreement } from './agreement';
import { ReportView, VerdictMark } from './report';

/** All of it; nothing where the run was never replayed and nobody asks for it. */
export function ReplaySection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { model, trans } = useRun();
  const { replay } = model;
  useChanges(replay);
  const runId = detail.run.run_id;
  const isShown =
    replay.askedFor === runId ||
    replay.lost === runId ||
    replay.state?.run_id === runId ||
    tagOf(detail, STATUS_TAG) !== '';
  if (!isShown) {
    return null;
  }
  return (
    <Section title={trans.__('Replay')}>
      <ReplayParts detail={detail} />
    </Section>
  );
}

/** What it is a replay of, what would be executed, how far that is, and the verdict. */
export function ReplayParts({ detail }: { detail: RunDetail }): JSX.Element {
  const { model, trans } = useRun();
  const { replay } = model;
  useChanges(replay);
  const runId = detail.run.run_id;
  const original = tagOf(detail, OF_TAG);
  return (
    <>
      {original !== '' && (
        <p className="ct-Hint">
          {trans.__('This run is a replay of')}{' '}
          <RunLink runId={original} name="" />
        </p>
      )}
      {replay.askedFor === runId && <Agreement runId={runId} />}
      <Going runId={runId} />
      <Kept detail={detail} />
    </>
  );
}

/** The replay of this run that goes on, or why it ended without a verdict. */
function Going({ runId }: { runId: string }): JSX.Element | null {
  const { model, trans } = useRun();
  const { replay } = model;
  const { state } = replay;
  if (replay.lost === runId) {
    return (
      <Told
        text={trans.__(
          'The server was restarted, and the replay ended with it: nothing was kept. Replay it again.'
        )}
      />
    );
  }
  if (state?.run_id !== runId) {
    return null;
  }
  switch (state.phase) {
    case 'failed':
      return <Told text={state.message} />;
    case 'cancelled':
      return (
        <Told
          text={trans.__(
            'The last replay was cancelled: nothing was kept of it.'
          )}
        />
      );
    case 'starting':
    case 'running':
    case 'comparing':
      return <Progress />;
    default:
      return null;
  }
}

function Told({ text }: { text: string }): JSX.Element {
  return (
    <div className="ct-Note ct-mod-warn" role="status" dir="auto">
      {text}
    </div>
  );
}

function Progress(): JSX.Element | null {
  const { model, trans } = useRun();
  const { replay } = model;
  const { state } = replay;
  const heading = useRef<HTMLParagraphElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  if (state === null) {
    return null;
  }
  const count = Math.max(state.cell_count, 1);
  // A cell that runs is not done yet.
  const done =
    state.phase === 'comparing' ? count : Math.max(state.cell - 1, 0);
  const words = {
    starting: trans.__('Starting a kernel…'),
    running: trans.__('Cell %1 of %2', state.cell, state.cell_count),
    comparing: trans.__('Comparing…')
  }[state.phase as 'starting' | 'running' | 'comparing'];
  return (
    <div className="ct-Replay-progress">
      <p ref={heading} tabIndex={-1} className="ct-Replay-line">
        {state.is_full
          ? trans.__('Executing all cells of the session.')
          : trans.__('Executing what the run needs.')}
      </p>
      <div
        className="ct-Progress"
        role="progressbar"
        aria-label={trans.__('Replay')}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuenow={Math.min(done, count)}
        aria-valuetext={words}
      >
        <div style={{ width: `${(100 * done) / count}%` }} />
      </div>
      <p className="ct-Replay-line">
        {words}
        {state.label !== '' && state.phase !== 'comparing' && (
          <code dir="auto"> {state.label}</code>
        )}
      </p>
      {state.failed_cells > 0 && (
        <p className="ct-Hint">
          {trans._n('%1 cell failed', '%1 cells failed', state.failed_cells)}
        </p>
      )}
      <button
        type="button"
        className="ct-Button"
        onClick={() => void replay.cancel()}
      >
        {trans.__('Cancel the replay')}
      </button>
    </div>
  );
}

/** The verdict that the run has, with the report behind it. */
function Kept({ detail }: { detail: RunDetail }): JSX.Element | null {
  const { model, trans } = useRun();
  const { replay } = model;
  const [report, setReport] = useState<ReplayReport | null>(null);
  const [isRead, setRead] = useState(false);
  const verdict = tagOf(detail, STATUS_TAG);
  const { state } = replay;
  const runId = detail.run.run_id;
  const fresh =
    state?.run_id === runId && state.phase === 'ended' ? state.report : null;
  useEffect(() => {
    let isCurrent = true;
    replay.report(detail).then(
      found => {
        if (isCurrent) {
          setReport(found);
          setRead(true);
        }
      },
      () => {
        if (isCurrent) {
          setRead(true);
        }
      }
    );
    return () => {
      isCurrent = false;
    };
  }, [replay, detail]);
  const shown = fresh ?? report;
  if (shown !== null) {
    return <ReportView report={shown} run={detail.run} />;
  }
  if (verdict === '') {
    return null;
  }
  return (
    <>
      <p className="ct-Replay-line">
        <VerdictMark status={verdict} />
      </p>
      {isRead && (
        <p className="ct-Hint">
          {trans.__('The report of this replay cannot be read here.')}
        </p>
      )}
    </>
  );
}
