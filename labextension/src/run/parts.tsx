/** The pieces that the sections of a run are made of. */
import { copyIcon } from '@jupyterlab/ui-components';
import type { JSX, ReactNode } from 'react';
import { shortDigest } from '../model/format';
import { useRun } from './context';
import { IconButton } from '../elements/button';

/** A part of a run that can be folded. */
export function Section(props: {
  title: string;
  count?: number;
  isFolded?: boolean;
  children: ReactNode;
}): JSX.Element {
  const { folds, heading: Heading = 'h3' } = useRun();
  const { title, count, isFolded = false } = props;
  return (
    <details
      className="ct-Section"
      open={folds?.isOpen(title, !isFolded) ?? !isFolded}
      onToggle={event => folds?.set(title, event.currentTarget.open)}
    >
      <summary className="ct-Section-title">
        <Heading>{title}</Heading>
        {count !== undefined && (
          <span className="ct-Section-count">{count}</span>
        )}
      </summary>
      <div className="ct-Section-body">{props.children}</div>
    </details>
  );
}

/** Something small that is folded within a section. */
export function Fold(props: {
  title: string;
  children: ReactNode;
}): JSX.Element {
  return (
    <details className="ct-Fold">
      <summary>{props.title}</summary>
      {props.children}
    </details>
  );
}

/** Names and values, one pair a line. */
export function Facts({
  facts
}: {
  facts: readonly (readonly [string, ReactNode])[];
}): JSX.Element {
  return (
    <dl className="ct-Facts">
      {facts.map(([name, value]) => (
        <div key={name} className="ct-Facts-row">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A run's name that opens it. */
export function RunLink(props: { runId: string; name: string }): JSX.Element {
  const { model } = useRun();
  const { runId, name } = props;
  return (
    <button
      type="button"
      className="ct-Link"
      title={runId}
      dir="auto"
      onClick={() => void model.openRun(runId)}
    >
      {name || runId.slice(0, 8)}
    </button>
  );
}

/** A digest, short, with a button that copies it in full. */
export function Digest({ digest }: { digest: string }): JSX.Element {
  return (
    <span className="ct-Digest">
      <code title={digest}>{shortDigest(digest)}</code>
      <CopyButton text={digest} what="digest" />
    </span>
  );
}

/** A button that copies a text. */
export function CopyButton(props: {
  text: string;
  what: 'digest' | 'run id' | 'source' | 'traceback';
}): JSX.Element {
  const { trans, copy, announce } = useRun();
  const labels = {
    digest: trans.__('Copy the digest'),
    'run id': trans.__('Copy the run id'),
    source: trans.__('Copy the source'),
    traceback: trans.__('Copy the traceback')
  };
  return (
    <IconButton
      icon={copyIcon}
      label={labels[props.what]}
      onClick={() => {
        copy(props.text);
        announce(trans.__('Copied'));
      }}
    />
  );
}
