/** The cells that two runs need, aligned, each pair in CodeMirror's merge view. */
import type { Extension } from '@codemirror/state';
import { lineNumbers } from '@codemirror/view';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { CellPair, RunComparison } from '../api';
import { drawBeside } from '../elements/diff';
import { useCompare } from './context';
import { Section } from './parts';

const MOST_EDITORS = 40;

/** The section; for more than two runs it shows the pair that was chosen above. */
export function Code({ facts }: { facts: RunComparison }): JSX.Element | null {
  const { model, trans } = useCompare();
  const code = model.pair.answer?.code;
  if (code === undefined) {
    return null;
  }
  const changed = code.cells.filter(pair => pair.change !== 'same');
  const same = code.cells.filter(pair => pair.change === 'same');
  const other = facts.runs.find(run => run.run_id === model.other);
  return (
    <Section title={trans.__('Code')} count={changed.length}>
      <p className="ct-Hint">
        {trans.__(
          'The cells that the runs need, as they were executed: %1 on the left, %2 on the right.',
          (facts.runs[0]?.run_id ?? '').slice(0, 8),
          (other?.run_id ?? '').slice(0, 8)
        )}
      </p>
      {code.moved.map(text => (
        <p key={text}>{text}</p>
      ))}
      {changed.length === 0 && <p>{trans.__('No cell differs.')}</p>}
      {changed.slice(0, MOST_EDITORS).map(pair => (
        <Pair key={keyOf(pair)} pair={pair} />
      ))}
      {changed.length > MOST_EDITORS && (
        <p className="ct-Hint">
          {trans.__(
            '%1 more cells differ: `celltrail compare --all` prints them.',
            changed.length - MOST_EDITORS
          )}
        </p>
      )}
      {same.length > 0 && (
        <details className="ct-Fold">
          <summary>
            {trans._n(
              '%1 cell is the same',
              '%1 cells are the same',
              same.length
            )}
          </summary>
          <ul>
            {same.map(pair => (
              <li key={keyOf(pair)} dir="auto">
                <code>{`[${pair.before?.execution_count ?? ''}] ${pair.before?.label ?? ''}`}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function keyOf(pair: CellPair): string {
  return `${pair.before?.execution_id ?? ''} ${pair.after?.execution_id ?? ''}`;
}

function Pair({ pair }: { pair: CellPair }): JSX.Element {
  const { trans } = useCompare();
  const words = {
    edited: trans.__('edited'),
    added: trans.__('only in the second run'),
    removed: trans.__('only in the first run'),
    same: ''
  };
  const counts = [pair.before, pair.after]
    .filter(side => side !== null)
    .map(side => `[${side.execution_count}]`);
  return (
    <div className="ct-CellPair">
      <div className="ct-CellPair-head">
        {`${counts.join(' → ')} ${words[pair.change]}`}
      </div>
      <Merge pair={pair} />
    </div>
  );
}

/** Two editors side by side, to be read only. */
function Merge({ pair }: { pair: CellPair }): JSX.Element {
  const { languages, trans } = useCompare();
  const host = useRef<HTMLDivElement>(null);
  const before = pair.before?.source ?? '';
  const after = pair.after?.source ?? '';
  const first = trans.__('In the first run');
  const second = trans.__('In the second run');
  useEffect(() => {
    const node = host.current;
    if (node === null) {
      return;
    }
    let isCurrent = true;
    let view: ReturnType<typeof drawBeside> | null = null;
    void pythonSupport(languages).then(python => {
      if (isCurrent) {
        view = drawBeside(
          node,
          { doc: before, label: first },
          { doc: after, label: second },
          [lineNumbers(), python]
        );
      }
    });
    return () => {
      isCurrent = false;
      view?.destroy();
    };
  }, [before, after, languages, first, second]);
  return <div ref={host} className="ct-Merge ct-Diff-code" />;
}

async function pythonSupport(
  languages: IEditorLanguageRegistry | null
): Promise<Extension> {
  const found = await languages?.getLanguage('python');
  return found?.support ?? [];
}
