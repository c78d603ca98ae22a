/** Outputs side by side, each as what it is. */
import type { JSX } from 'react';
import type { OutputDifference, RunComparison } from '../api';
import { formatBytes } from '../model/format';
import { Context } from '../preview/context';
import { Shown } from '../preview/shown';
import { useCompare } from './context';
import { Section } from './parts';

/** The section; nothing where no output differs. */
export function Outputs({
  facts
}: {
  facts: RunComparison;
}): JSX.Element | null {
  const { model, trans, copy } = useCompare();
  if (facts.outputs.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Outputs')} count={facts.outputs.length}>
      <Context.Provider value={{ previews: model.previews, trans, copy }}>
        {facts.outputs.map(output => (
          <Row key={output.path} output={output} facts={facts} />
        ))}
      </Context.Provider>
    </Section>
  );
}

function Row(props: {
  output: OutputDifference;
  facts: RunComparison;
}): JSX.Element {
  const { trans } = useCompare();
  const { output, facts } = props;
  return (
    <div className="ct-OutputRow">
      <h3 dir="auto">{output.path}</h3>
      <div className="ct-OutputRow-sides">
        {output.artifacts.map((artifact, place) => (
          <figure key={place} className="ct-Output">
            <figcaption>
              {(facts.runs[place]?.run_id ?? '').slice(0, 8)}
              {artifact !== null && ` · ${formatBytes(artifact.size_bytes)}`}
            </figcaption>
            {artifact === null ? (
              <p className="ct-Hint">{trans.__('This run has none.')}</p>
            ) : (
              <Shown key={artifact.digest} artifact={artifact} />
            )}
          </figure>
        ))}
      </div>
    </div>
  );
}
