/** What a restore of a run would change, and the two ways to carry it out. */
import type { Extension } from '@codemirror/state';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { useState } from 'react';
import { CodeDiff } from '../elements/diff';
import { useChanges } from '../elements/hooks';
import { Message } from '../elements/message';
import { baseName } from '../model/format';
import type { CellChange, RestoreModel } from '../model/restore';
import { replacedText } from '../model/restore';

/** What the view needs; everything about the open notebook is asked for anew at each drawing. */
export interface RestoreProps {
  model: RestoreModel;
  trans: TranslationBundle;
  title: string;
  /** The run's notebook as a contents path. */
  path: string;
  /** Ask what the run needs, or for all that its session executed. */
  load(isFull: boolean): void;
  isOpen(): boolean;
  isReadOnly(): boolean;
  changes(): CellChange[];
  language(): Extension | undefined;
  openNotebook(): void;
  /** Put the sources into the cells of the open notebook. */
  apply(changes: readonly CellChange[]): void;
  /** Write them into a new notebook; resolves to what went wrong. */
  write(): Promise<string>;
}

/** All of it. */
export function RestoreBody(props: RestoreProps): JSX.Element {
  const { model, trans, title } = props;
  useChanges(model);
  const { plan, failure } = model;
  return (
    <>
      <header className="ct-Restore-head">
        <h2 dir="auto">{trans.__('Restore %1', title)}</h2>
        <code>{model.run.run_id.slice(0, 8)}</code>
      </header>
      <Choices {...props} />
      {failure !== null && (
        <Message title={trans.__('It cannot be restored')} isAlert>
          <p dir="auto">{failure.message}</p>
          <button
            type="button"
            className="ct-Button"
            onClick={() => props.load(model.isFull)}
          >
            {trans.__('Try again')}
          </button>
        </Message>
      )}
      {plan === null && failure === null && (
        <p className="ct-Hint">{trans.__('Reading what it executed…')}</p>
      )}
      {plan !== null && (
        <>
          {plan.notes.map(note => (
            <p key={note} className="ct-Hint" dir="auto">
              {note}
            </p>
          ))}
          <Changes {...props} />
        </>
      )}
    </>
  );
}

/** How much of the session it is. */
function Choices({ model, trans, load }: RestoreProps): JSX.Element {
  const { plan } = model;
  const choice = (isFull: boolean, label: string): JSX.Element => (
    <label>
      <input
        type="radio"
        name={`ct-restore-${model.run.run_id}`}
        checked={model.isFull === isFull}
        onChange={() => load(isFull)}
      />
      {label}
    </label>
  );
  return (
    <div
      className="ct-Restore-choices"
      role="radiogroup"
      aria-label={trans.__('What is restored')}
    >
      {choice(
        false,
        plan === null
          ? trans.__('What the run needs')
          : trans._n(
              'What the run needs, of %1 execution',
              'What the run needs, of %1 executions',
              plan.total
            )
      )}
      {choice(true, trans.__('All that was executed up to it'))}
    </div>
  );
}

function Changes(props: RestoreProps): JSX.Element {
  const { model, trans } = props;
  // What was confirmed: other text, or of other cells, has to be confirmed anew.
  const [confirmed, setConfirmed] = useState('');
  const changes = props.isOpen() ? props.changes() : [];
  const wanted = changes.filter(change => change.kind !== 'same');
  const same = changes.length - wanted.length;
  const atRisk = wanted.filter(
    ({ kind, cellId }) => kind === 'replace' && model.unexecuted.has(cellId)
  ).length;
  const replaced = replacedText(wanted);
  const isConfirmed = confirmed === replaced;
  return (
    <>
      <Actions
        {...props}
        wanted={wanted}
        isHeld={!model.isKnown(wanted) || (atRisk > 0 && !isConfirmed)}
        apply={changed => {
          setConfirmed('');
          props.apply(changed);
        }}
      />
      {atRisk > 0 && (
        <label className="ct-Note ct-mod-warn ct-Restore-confirm">
          <input
            type="checkbox"
            checked={isConfirmed}
            onChange={event =>
              setConfirmed(event.target.checked ? replaced : '')
            }
          />
          {trans._n(
            '%1 cell has text that was never executed: replace it too; Undo brings it back',
            '%1 cells have text that was never executed: replace it too; Undo brings it back',
            atRisk
          )}
        </label>
      )}
      {same > 0 && (
        <p className="ct-Hint">
          {trans._n(
            '%1 cell says already what was executed.',
            '%1 cells say already what was executed.',
            same
          )}
        </p>
      )}
      <ol className="ct-Restore-changes">
        {wanted.map(change => (
          <Change
            key={change.executed.execution_id}
            change={change}
            isAtRisk={model.unexecuted.has(change.cellId)}
            trans={trans}
            language={props.language()}
          />
        ))}
      </ol>
    </>
  );
}

function Actions(
  props: RestoreProps & { wanted: CellChange[]; isHeld: boolean }
): JSX.Element {
  const { trans, wanted, isHeld, path } = props;
  const [failure, setFailure] = useState('');
  const [isWriting, setWriting] = useState(false);
  const name = baseName(path);
  const write = (): void => {
    setWriting(true);
    void props.write().then(said => {
      setFailure(said);
      setWriting(false);
    });
  };
  const why = props.isReadOnly()
    ? trans.__('%1 is read-only', name)
    : isHeld
      ? trans.__('Confirm first that unexecuted text may be replaced')
      : '';
  return (
    <div className="ct-Restore-actions">
      <button
        type="button"
        className="ct-Button ct-mod-accept"
        disabled={isWriting}
        onClick={write}
      >
        {trans.__('Into a new notebook')}
      </button>
      {props.isOpen() ? (
        <button
          type="button"
          className="ct-Button"
          disabled={wanted.length === 0 || why !== ''}
          title={why}
          onClick={() => props.apply(wanted)}
        >
          {trans._n(
            'Into %1 cell of %2',
            'Into %1 cells of %2',
            wanted.length,
            name
          )}
        </button>
      ) : (
        <button
          type="button"
          className="ct-Button"
          onClick={() => props.openNotebook()}
        >
          {trans.__('Open %1, to restore into its cells', name)}
        </button>
      )}
      {why !== '' && <span className="ct-Hint">{why}</span>}
      {failure !== '' && (
        <span className="ct-Note ct-mod-warn" role="alert">
          {failure}
        </span>
      )}
    </div>
  );
}

function Change(props: {
  change: CellChange;
  isAtRisk: boolean;
  trans: TranslationBundle;
  language: Extension | undefined;
}): JSX.Element {
  const { change, isAtRisk, trans, language } = props;
  const { executed, kind } = change;
  const title =
    kind === 'insert'
      ? trans.__('[%1] is inserted', executed.execution_count)
      : trans.__('The cell gets what [%1] executed', executed.execution_count);
  return (
    <li>
      <h3>
        {title}
        {isAtRisk && (
          <span className="ct-Chip">{trans.__('never executed')}</span>
        )}
      </h3>
      <p className="ct-Hint" dir="auto">
        {executed.reasons.join('; ')}
      </p>
      <CodeDiff
        before={change.before}
        after={executed.source}
        label={title}
        trans={trans}
        language={language}
      />
    </li>
  );
}
