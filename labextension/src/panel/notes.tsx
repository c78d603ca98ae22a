/** Between toolbar and list: what the reader must know about all that is shown. */
import type { JSX, ReactNode } from 'react';
import { usePanel } from './context';

/** The notes that hold now, the most urgent first. */
export function Notes(): JSX.Element {
  const { model, trans } = usePanel();
  const { tracking, health } = model;
  const failures = health?.capture_failures ?? [];
  const damaged = health?.quarantined.length ?? 0;
  const refused = health?.refused.length ?? 0;
  return (
    <>
      {model.isOffline && (
        <Note kind="warn">
          {trans.__('The server does not answer. This is the last it said; trying again…')}
        </Note>
      )}
      {tracking !== null && !tracking.is_enabled && (
        <Note kind="info">
          {trans.__('Tracking is switched off by this project’s settings.')}
        </Note>
      )}
      {tracking?.is_enabled === true && tracking.is_paused && (
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
      )}
      {damaged > 0 && (
        <Note kind="warn">
          {trans._n(
            '%1 journal file is damaged and was set aside. Run `celltrail doctor`.',
            '%1 journal files are damaged and were set aside. Run `celltrail doctor`.',
            damaged,
            damaged
          )}
        </Note>
      )}
      {refused > 0 && (
        <Note kind="warn">
          {trans._n(
            '%1 journal file is from a newer celltrail and was left alone. Upgrade celltrail.',
            '%1 journal files are from a newer celltrail and were left alone. Upgrade celltrail.',
            refused,
            refused
          )}
        </Note>
      )}
      {failures.length > 0 && (
        <Note kind="warn" title={failures[0]?.message ?? ''}>
          {trans.__(
            'celltrail missed something in %1. Your code was not affected; `celltrail doctor` tells more.',
            failures[0]?.where ?? ''
          )}
        </Note>
      )}
    </>
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
