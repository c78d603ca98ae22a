/** An artifact as what it is. */
import type { JSX } from 'react';
import { useCallback, useState } from 'react';
import type { Artifact, Preview } from '../api';
import { useAsked, usePreview } from './context';
import { Drawn } from './drawn';
import { Hint, Problem } from './notes';
import { BytesShown, LostShown, NotebookShown, TextShown } from './plain';
import type { TableWindow } from './table';
import { FIRST_WINDOW, TableShown } from './table';

/** Ask what an artifact looks like, and show it. */
export function Shown({ artifact }: { artifact: Artifact }): JSX.Element {
  const { previews, trans } = usePreview();
  const [window, setWindow] = useState(FIRST_WINDOW);
  const { digest, path, media_type: type, size_bytes: size } = artifact;
  // by its parts: the same artifact is another object each time its run is read
  const ask = useCallback(
    () =>
      previews.preview({
        digest,
        path,
        media_type: type,
        size_bytes: size,
        rows: window.rows,
        first_column: window.firstColumn
      }),
    [previews, digest, path, type, size, window]
  );
  const { answer, problem, isWaiting } = useAsked(ask);
  if (problem !== '') {
    return <Problem text={problem} />;
  }
  if (answer === null) {
    return <Hint>{trans.__('Loading…')}</Hint>;
  }
  return (
    <>
      {answer.problem !== '' &&
        answer.kind !== 'damaged' &&
        answer.kind !== 'missing' && (
          <Problem
            text={trans.__(
              'It cannot be shown as what it seems to be: %1',
              answer.problem
            )}
          />
        )}
      <Kind
        artifact={artifact}
        preview={answer}
        window={window}
        isWaiting={isWaiting}
        onWindow={setWindow}
      />
    </>
  );
}

interface KindProps {
  artifact: Artifact;
  preview: Preview;
  window: TableWindow;
  isWaiting: boolean;
  onWindow(window: TableWindow): void;
}

function Kind({ artifact, preview, ...table }: KindProps): JSX.Element {
  const { trans } = usePreview();
  switch (preview.kind) {
    case 'picture':
    case 'page':
      return <Drawn artifact={artifact} preview={preview} />;
    case 'table':
      return preview.table === null ? (
        <BytesShown artifact={artifact} preview={preview} />
      ) : (
        <TableShown path={artifact.path} table={preview.table} {...table} />
      );
    case 'notebook':
      return <NotebookShown path={artifact.path} preview={preview} />;
    case 'json':
    case 'text':
      return <TextShown path={artifact.path} preview={preview} />;
    case 'pdf':
      return <Hint>{trans.__('A PDF: download it to read it.')}</Hint>;
    case 'missing':
    case 'damaged':
      return <LostShown preview={preview} />;
    case 'binary':
      return <BytesShown artifact={artifact} preview={preview} />;
  }
}
