/** Figures of the runs, drawn by the renderer that comes with plotly. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { JSX } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Figure, FigureKind, RunComparison } from '../api';
import { Choice, SMOOTHINGS } from '../elements/choice';
import type { Translate } from '../model/format';
import { FIGURES } from '../model/compare';
import { useCompare } from './context';
import { pressDownload, themed } from './drawn';
import { Failed, Notes, Section } from './parts';

const PLOTLY = 'application/vnd.plotly.v1+json';

/** The section. */
export function Charts({ facts }: { facts: RunComparison }): JSX.Element {
  const { model, trans } = useCompare();
  const { answer, failure } = model.figure;
  const { kind } = model.choice;
  return (
    <Section title={trans.__('Charts')}>
      <div
        className="ct-Switch ct-Compare-kinds"
        role="group"
        aria-label={trans.__('Which chart')}
      >
        {FIGURES.map(each => (
          <button
            key={each}
            type="button"
            className="ct-Switch-choice"
            aria-pressed={each === kind}
            onClick={() => void model.setFigure({ kind: each })}
          >
            {kindWord(each, trans)}
          </button>
        ))}
      </div>
      {answer !== null && <Choices figure={answer} />}
      {failure !== null && <Failed message={failure.message} />}
      {answer !== null && <Notes notes={answer.notes} />}
      {answer !== null && answer.document !== '' && (
        <Drawn figure={answer} count={facts.runs.length} />
      )}
    </Section>
  );
}

function Choices({ figure }: { figure: Figure }): JSX.Element {
  const { model, trans } = useCompare();
  const { kind, axis, smoothing } = model.choice;
  return (
    <div className="ct-Compare-choices">
      {figure.metrics.length > 0 && (
        <Choice
          label={trans.__('Metric')}
          value={figure.metric}
          values={figure.metrics}
          onChange={metric => void model.setFigure({ metric })}
        />
      )}
      {(kind === 'scatter' || kind === 'box') && figure.params.length > 0 && (
        <Choice
          label={trans.__('Parameter')}
          value={figure.param}
          values={figure.params}
          onChange={param => void model.setFigure({ param })}
        />
      )}
      {kind === 'curves' && (
        <>
          <Choice
            label={trans.__('Over')}
            value={axis ?? 'step'}
            values={['step', 'time']}
            onChange={value =>
              void model.setFigure({ axis: value === 'time' ? 'time' : 'step' })
            }
          />
          <Choice
            label={trans.__('Smoothing')}
            value={String(smoothing ?? 0)}
            values={SMOOTHINGS.map(String)}
            onChange={value =>
              void model.setFigure({ smoothing: Number(value) })
            }
          />
        </>
      )}
    </div>
  );
}

/** The figure, and what can be done with it. */
function Drawn(props: { figure: Figure; count: number }): JSX.Element {
  const { rendermime, trans, copy, announce, model } = useCompare();
  const host = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState('');
  const isDrawable = rendermime.mimeTypes.includes(PLOTLY);
  const { document: text, cell } = props.figure;
  const kind = kindWord(model.choice.kind, trans);
  const theme = useTheme();
  // Lumino takes a widget out of a node that is still in the page only: before React removes it.
  useLayoutEffect(() => {
    const node = host.current;
    if (node === null || !isDrawable) {
      return;
    }
    const renderer: IRenderMime.IRenderer = rendermime.createRenderer(PLOTLY);
    const data = { [PLOTLY]: themed(text, node, kind) };
    const drawn = rendermime.createModel({ data, trusted: false });
    Widget.attach(renderer, node);
    renderer.renderModel(drawn).then(
      () => setProblem(''),
      (reason: unknown) => setProblem(String(reason))
    );
    return () => renderer.dispose();
  }, [rendermime, isDrawable, text, kind, theme]);
  if (!isDrawable) {
    return (
      <div className="ct-Note ct-mod-warn" role="status">
        {trans.__(
          'Charts are drawn by the extension that comes with plotly, and it is not in this JupyterLab: install plotly where jupyter lab runs and reload the page.'
        )}
      </div>
    );
  }
  return (
    <>
      <div className="ct-Compare-tools">
        {(['png', 'svg'] as const).map(format => (
          <button
            key={format}
            type="button"
            className="ct-Button"
            onClick={() => {
              const isPressed = pressDownload(host.current, format);
              setProblem(
                isPressed ? '' : trans.__('The chart is not drawn yet.')
              );
            }}
          >
            {trans.__('Save as %1', format.toUpperCase())}
          </button>
        ))}
        <button
          type="button"
          className="ct-Button"
          onClick={() => {
            copy(cell);
            announce(trans.__('The cell was copied'));
          }}
        >
          {trans.__('Copy as a cell')}
        </button>
      </div>
      {problem !== '' && <Failed message={problem} />}
      <div
        ref={host}
        className="ct-Chart"
        role="group"
        aria-label={trans.__('%1 of %2 runs', kind, props.count)}
      />
    </>
  );
}

/** The name of the theme, as it changes. */
function useTheme(): string {
  const { themes } = useCompare();
  const [theme, setTheme] = useState(themes?.theme ?? '');
  useEffect(() => {
    const follow = (): void => setTheme(themes?.theme ?? '');
    themes?.themeChanged.connect(follow);
    return () => {
      themes?.themeChanged.disconnect(follow);
    };
  }, [themes]);
  return theme;
}

function kindWord(kind: FigureKind, trans: Translate): string {
  return {
    parallel: trans.__('Parallel coordinates'),
    scatter: trans.__('Scatter'),
    curves: trans.__('Curves'),
    box: trans.__('Boxes')
  }[kind];
}
