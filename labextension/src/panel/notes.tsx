/** Between toolbar and list: what the reader must know about all that is shown. */
import type { JSX, ReactNode } from 'react';
import { usePanel } from './context';

/** The notes that hold now, the most urgent first. */
export function Notes(): JSX.Element {
  const { model, trans } = usePanel();
  return (
    <>
      {model.isOffline && (
        <Note kind="warn">
          {trans.__(
            'The server does not answer. This is the last it said; trying again…'
          )}
        </Note>
      )}
      <TrackingNote />
      <JournalNotes />
      <FailureNote />
    </>
  );
}

function TrackingNote(): JSX.Element | null {
  const { model, trans } = usePanel();
  const { tracking } = model;
  if (tracking === null || (tracking.is_enabled && !tracking.is_paused)) {
    return null;
  }
  if (!tracking.is_enabled) {
    return (
      <Note kind="info">
        {trans.__('Tracking is switched off by this project’s settings.')}
      </Note>
    );
  }
  return (
    <Note kind="info">
      {trans.__('Tracking is paused: cells that run now leave no trail.')}
      <button
        type="button"
        className="ct-Link"
        onClick={() => {
          void model.setPaused(false).catch(() => undefined);
        }}
      >
        {trans.__('Resume')}
      </button>
    </Note>
  );
}

function JournalNotes(): JSX.Element {
  const { model, trans } = usePanel();
  const damaged = model.health?.quarantined.length ?? 0;
  const refused = model.health?.refused.length ?? 0;
  return (
    <>
      {damaged > 0 && (
        <Note kind="warn">
          {trans._n(
            '%1 journal file is damaged and was set aside. Run `celltrail doctor`.',
            '%1 journal files are damaged and were set aside. Run `celltrail doctor`.',
            damaged
          )}
        </Note>
      )}
      {refused > 0 && (
        <Note kind="warn">
          {trans._n(
            '%1 journal file is from a newer celltrail and was left alone. Upgrade celltrail.',
            '%1 journal files are from a newer celltrail and were left alone. Upgrade celltrail.',
            refused
          )}
        </Note>
      )}
    </>
  );
}

function FailureNote(): JSX.Element | null {
  const { model, trans } = usePanel();
  const failure = model.health?.capture_failures[0];
  if (failure === undefined) {
    return null;
  }
  return (
    <Note kind="warn" title={failure.message}>
      {trans.__(
        'celltrail missed something in %1. Your code was not affected; `celltrail doctor` tells more.',
        failure.where
      )}
    </Note>
  );
}

function Note(props: {
  kind: 'info' | 'warn';
  title?: string;
  children: ReactNode;
}): JSX.Element {
  return (
    <div className={`ct-Note ct-mod-${props.kind}`} title={props.title}>
      {props.children}
    </div>
  );
}
