/** The reader's own notes of the run: written in place in Markdown, drawn by JupyterLab with nothing trusted. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PastNote, RunDetail } from '../api';
import { unfetched } from '../elements/unfetched';
import { TrailFailure } from '../model/failure';
import { formatMoment } from '../model/format';
import { tagOf } from '../model/replay';
import { Fold, Section } from '../run/parts';
import { usePage } from './context';

const NOTE_TAG = 'celltrail.note';
const MARKDOWN = 'text/markdown';
const MAX_LENGTH = 100_000;

/** The note, or the place to write one. */
export function NotesSection({ detail }: { detail: RunDetail }): JSX.Element {
  const { trans } = usePage();
  const [isEdited, setEdited] = useState(false);
  const note = tagOf(detail, NOTE_TAG);
  const button = useRef<HTMLButtonElement>(null);
  const hasEdited = useRef(false);
  useEffect(() => {
    if (!isEdited && hasEdited.current) {
      button.current?.focus({ preventScroll: true });
    }
    hasEdited.current = isEdited;
  }, [isEdited]);
  return (
    <Section title={trans.__('Notes')}>
      {isEdited ? (
        <Editor note={note} end={() => setEdited(false)} />
      ) : (
        <>
          {note === '' ? (
            <p className="ct-Hint">{trans.__('No note of this run yet.')}</p>
          ) : (
            <Markdown text={note} />
          )}
          <button
            ref={button}
            type="button"
            className="ct-Button"
            onClick={() => setEdited(true)}
          >
            {note === '' ? trans.__('Write a note') : trans.__('Edit the note')}
          </button>
          <Earlier note={note} />
        </>
      )}
    </Section>
  );
}

/** The texts that the note had before, each of which can be put back. */
function Earlier({ note }: { note: string }): JSX.Element | null {
  const { model, trans } = usePage();
  const [past, setPast] = useState<readonly PastNote[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let isCurrent = true;
    model.pastNotes().then(
      found => {
        if (isCurrent) {
          setPast(found.filter(each => each.text !== note));
        }
      },
      (reason: unknown) => setProblem(TrailFailure.of(reason).message)
    );
    return () => {
      isCurrent = false;
    };
  }, [model, note]);
  if (past.length === 0) {
    return problem === '' ? null : <p className="ct-Hint">{problem}</p>;
  }
  return (
    <Fold title={trans.__('Earlier notes')}>
      {past.map(each => (
        <div key={each.noted_at} className="ct-PastNote">
          <div className="ct-RunCell-line">
            <span className="ct-RunCell-facts">
              {formatMoment(each.noted_at)}
            </span>
            <button
              type="button"
              className="ct-Link"
              onClick={() => {
                model.edit({ note: each.text }).catch((reason: unknown) => {
                  setProblem(TrailFailure.of(reason).message);
                });
              }}
            >
              {trans.__('Put back')}
            </button>
          </div>
          <pre tabIndex={0} aria-label={trans.__('Earlier note')} dir="auto">
            {each.text}
          </pre>
        </div>
      ))}
      {problem !== '' && <p className="ct-Hint">{problem}</p>}
    </Fold>
  );
}

function Editor(props: { note: string; end: () => void }): JSX.Element {
  const { model, trans } = usePage();
  const { note, end } = props;
  const [text, setText] = useState(note);
  const [isPreview, setPreview] = useState(false);
  const [problem, setProblem] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus({ preventScroll: true }), []);
  const save = (): void => {
    model.edit({ note: text.trim() }).then(end, (reason: unknown) => {
      // what was written stays where it is
      setProblem(trans.__('Not kept: %1', TrailFailure.of(reason).message));
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    } else if (event.key === 'Escape' && text === note) {
      event.stopPropagation();
      end();
    }
  };
  return (
    <div className="ct-NoteEditor" onKeyDown={onKeyDown}>
      {isPreview ? (
        <Markdown text={text} />
      ) : (
        <textarea
          ref={area}
          className="ct-NoteEditor-text"
          aria-label={trans.__('Note in Markdown')}
          rows={8}
          maxLength={MAX_LENGTH}
          value={text}
          dir="auto"
          onChange={event => setText(event.target.value)}
        />
      )}
      <div className="ct-Replay-buttons">
        <button
          type="button"
          className="ct-Button ct-mod-accept"
          title={trans.__('Ctrl Enter')}
          onClick={save}
        >
          {trans.__('Keep the note')}
        </button>
        <button
          type="button"
          className="ct-Button"
          aria-pressed={isPreview}
          onClick={() => setPreview(!isPreview)}
        >
          {trans.__('Preview')}
        </button>
        <button type="button" className="ct-Button" onClick={end}>
          {trans.__('Cancel')}
        </button>
      </div>
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {problem}
        </div>
      )}
    </div>
  );
}

/** Markdown as JupyterLab draws it; scripts and the like are taken out, and nothing is fetched for it. */
function Markdown({ text }: { text: string }): JSX.Element {
  const { rendermime } = usePage();
  const host = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState('');
  // the renderer goes before its place in the document does
  useLayoutEffect(() => {
    const node = host.current;
    if (node === null) {
      return undefined;
    }
    const quiet = unfetched(rendermime);
    const renderer: IRenderMime.IRenderer = quiet.createRenderer(MARKDOWN);
    const model = quiet.createModel({
      data: { [MARKDOWN]: text },
      trusted: false
    });
    Widget.attach(renderer, node);
    renderer.renderModel(model).then(
      () => setProblem(''),
      (reason: unknown) => setProblem(String(reason))
    );
    return () => renderer.dispose();
  }, [rendermime, text]);
  return (
    <>
      <div ref={host} className="ct-NoteText" dir="auto" />
      {problem !== '' && <p className="ct-Hint">{problem}</p>}
    </>
  );
}
