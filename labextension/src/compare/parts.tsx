/** The pieces that the sections of a comparison are made of. */
import type { JSX, ReactNode } from 'react';
import type { RunSummary } from '../api';
import { runName } from '../model/words';
import { useCompare } from './context';

/** A part of the comparison that can be folded. */
export function Section(props: {
  title: string;
  count?: number;
  children: ReactNode;
}): JSX.Element {
  return (
    <details className="ct-Section ct-Compare-section" open>
      <summary className="ct-Section-title">
        <h2>{props.title}</h2>
        {props.count !== undefined && (
          <span className="ct-Section-count">{props.count}</span>
        )}
      </summary>
      <div className="ct-Section-body">{props.children}</div>
    </details>
  );
}

/** A run as a heading shows it; opens its page. */
export function RunHead(props: {
  run: RunSummary;
  isBaseline?: boolean;
}): JSX.Element {
  const { openRun, trans } = useCompare();
  const { run } = props;
  return (
    <button
      type="button"
      className="ct-RunHead"
      title={trans.__('Open this run’s page')}
      onClick={() => openRun(run.run_id)}
    >
      <span className="ct-RunHead-id">{run.run_id.slice(0, 8)}</span>
      <span className="ct-RunHead-name" dir="auto">
        {[runName(run, trans), run.differs]
          .filter(each => each !== '')
          .join(' ')}
      </span>
      {props.isBaseline && (
        <span className="ct-RunHead-role">{trans.__('baseline')}</span>
      )}
    </button>
  );
}

/** A table with one column per run. */
export function RunTable(props: {
  label: string;
  runs: readonly RunSummary[];
  children: ReactNode;
}): JSX.Element {
  return (
    <div
      className="ct-Compare-scroll"
      tabIndex={0}
      role="group"
      aria-label={props.label}
    >
      <table className="ct-Compare-table" aria-label={props.label}>
        <thead>
          <tr>
            <td />
            {props.runs.map((run, place) => (
              <th key={run.run_id} scope="col">
                <RunHead run={run} isBaseline={place === 0} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** Words of the server's about something that is partial. */
export function Notes({ notes }: { notes: readonly string[] }): JSX.Element {
  return (
    <>
      {[...new Set(notes)].map(note => (
        <div key={note} className="ct-Note">
          <span dir="auto">{note}</span>
        </div>
      ))}
    </>
  );
}

/** A failure in the server's words. */
export function Failed({ message }: { message: string }): JSX.Element {
  return (
    <div className="ct-Note ct-mod-warn" role="alert">
      <span dir="auto">{message}</span>
    </div>
  );
}
