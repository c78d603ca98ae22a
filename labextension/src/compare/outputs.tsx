/** Outputs side by side: pictures as pictures, text as text, pages in a sandbox. */
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Artifact, OutputDifference, RunComparison } from '../api';
import { TrailFailure } from '../model/failure';
import { formatBytes } from '../model/format';
import { PICTURES } from '../model/pictures';
import { useCompare } from './context';
import { Section } from './parts';

const PREVIEW_BYTES = 4 << 20;
const TEXT_CHARACTERS = 4000;

/** The section; nothing where no output differs. */
export function Outputs({
  facts
}: {
  facts: RunComparison;
}): JSX.Element | null {
  const { trans } = useCompare();
  if (facts.outputs.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Outputs')} count={facts.outputs.length}>
      {facts.outputs.map(output => (
        <Row key={output.path} output={output} facts={facts} />
      ))}
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
              <Shown artifact={artifact} />
            )}
          </figure>
        ))}
      </div>
    </div>
  );
}

interface Content {
  url: string;
  text: string;
  problem: string;
}

const NOTHING: Content = { url: '', text: '', problem: '' };

function Shown({ artifact }: { artifact: Artifact }): JSX.Element {
  const { trans } = useCompare();
  const { media_type: type } = artifact;
  const isSmall = artifact.size_bytes <= PREVIEW_BYTES;
  const isPicture = PICTURES.includes(type);
  const isText = type.startsWith('text/') || type === 'application/json';
  const content = useContent(
    artifact,
    isPicture,
    isSmall && (isPicture || isText)
  );
  if (!isSmall || !(isPicture || isText)) {
    return (
      <p className="ct-Hint">
        {trans.__('%1, not shown here: open the run for it.', type)}
      </p>
    );
  }
  if (content.problem !== '') {
    return (
      <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
        {content.problem}
      </div>
    );
  }
  if (isPicture) {
    return content.url === '' ? (
      <p className="ct-Hint">{trans.__('Loading…')}</p>
    ) : (
      <img className="ct-Picture" src={content.url} alt={artifact.path} />
    );
  }
  if (type === 'text/html') {
    // no scripts, no forms, no requests, no access to this page
    return (
      <iframe
        className="ct-Output-page"
        sandbox=""
        title={artifact.path}
        srcDoc={`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">${content.text}`}
      />
    );
  }
  return (
    <pre className="ct-Output-text" dir="auto" tabIndex={0}>
      {content.text.slice(0, TEXT_CHARACTERS)}
      {content.text.length > TEXT_CHARACTERS ? '\n…' : ''}
    </pre>
  );
}

function useContent(
  artifact: Artifact,
  isPicture: boolean,
  isWanted: boolean
): Content {
  const { model } = useCompare();
  const [content, setContent] = useState(NOTHING);
  const { digest, media_type: type } = artifact;
  useEffect(() => {
    let isCurrent = true;
    let made = '';
    const read = async (): Promise<void> => {
      try {
        const blob = await model.blob(digest, type);
        const text = isPicture ? '' : await blob.text();
        if (isCurrent) {
          made = isPicture
            ? URL.createObjectURL(new Blob([blob], { type }))
            : '';
          setContent({ url: made, text, problem: '' });
        }
      } catch (reason) {
        if (isCurrent) {
          setContent({ ...NOTHING, problem: TrailFailure.of(reason).message });
        }
      }
    };
    if (isWanted) {
      void read();
    }
    return () => {
      isCurrent = false;
      URL.revokeObjectURL(made);
    };
  }, [model, digest, type, isPicture, isWanted]);
  return content;
}
