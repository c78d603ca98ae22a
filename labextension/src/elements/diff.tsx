/** Two sources beside each other as differences, in the look of JupyterLab's editors; nothing in it is edited. */
import { Chunk, MergeView, unifiedMergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorState, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { useEffect, useMemo, useRef } from 'react';

/** Above it the two sides are drawn apart, each only as far as it is in view. */
const MAX_UNIFIED = 60_000;
const LIMITS = { scanLimit: 500, timeout: 250 };
const FOLDED = { margin: 3, minSize: 6 };

/** What a difference needs. */
export interface DiffProps {
  before: string;
  after: string;
  /** What the difference is, for screen readers. */
  label: string;
  trans: TranslationBundle;
  /** Whether the label is shown too. */
  isLabelled?: boolean;
  /** Syntax highlighting; none where it is absent. */
  language?: Extension | undefined;
}

/** How many lines differ, in words. */
export function diffWords(
  before: string,
  after: string,
  trans: TranslationBundle
): string {
  if (before === after) {
    return trans.__('the same code');
  }
  if (before === '') {
    const { lines } = textOf(after);
    return trans._n('%1 line', '%1 lines', lines);
  }
  const [a, b] = [textOf(before), textOf(after)];
  let [removed, added] = [0, 0];
  for (const chunk of Chunk.build(a, b, LIMITS)) {
    removed += linesOf(a, chunk.fromA, chunk.toA);
    added += linesOf(b, chunk.fromB, chunk.toB);
  }
  const more = trans._n('%1 line added', '%1 lines added', added);
  return trans.__('%1, %2 removed', more, removed);
}

/** One of two sources beside each other. */
export interface Side {
  doc: string;
  /** Which it is, for screen readers. */
  label: string;
}

/** Draw two sources beside each other, read only, folded where they are the same. */
export function drawBeside(
  parent: HTMLElement,
  before: Side,
  after: Side,
  more: Extension
): { destroy(): void } {
  const side = ({
    doc,
    label
  }: Side): { doc: string; extensions: Extension } => ({
    doc,
    extensions: [readOnly(label), more]
  });
  return new MergeView({
    a: side(before),
    b: side(after),
    parent,
    collapseUnchanged: FOLDED,
    diffConfig: LIMITS
  });
}

/** An editor in which one reads. */
function readOnly(label: string): Extension {
  return [
    jupyterTheme,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      tabindex: '0',
      'aria-label': label,
      'aria-readonly': 'true'
    })
  ];
}

/** The difference between two sources, read only. */
export function CodeDiff(props: DiffProps): JSX.Element {
  const { before, after, label, language, trans, isLabelled } = props;
  const host = useRef<HTMLDivElement>(null);
  const words = useMemo(
    () => diffWords(before, after, trans),
    [before, after, trans]
  );
  useEffect(() => {
    if (host.current === null) {
      return undefined;
    }
    const shown = draw(host.current, { before, after, label, language });
    return () => shown.destroy();
  }, [before, after, label, language]);
  return (
    <div className="ct-Diff">
      <div className="ct-Diff-words">
        {isLabelled === true ? `${label}: ${words}` : words}
      </div>
      <div className="ct-Diff-code" ref={host} />
    </div>
  );
}

function draw(
  parent: HTMLElement,
  { before, after, label, language }: Omit<DiffProps, 'trans' | 'isLabelled'>
): { destroy(): void } {
  const extensions = [readOnly(label), language ?? []];
  if (before === '') {
    return new EditorView({ doc: after, extensions, parent });
  }
  if (before.length + after.length > MAX_UNIFIED) {
    const sides = [
      { doc: before, label },
      { doc: after, label }
    ] as const;
    return drawBeside(parent, ...sides, language ?? []);
  }
  const unified = unifiedMergeView({
    original: before,
    mergeControls: false,
    collapseUnchanged: FOLDED,
    diffConfig: LIMITS
  });
  return new EditorView({
    doc: after,
    extensions: [...extensions, unified],
    parent
  });
}

function textOf(source: string): Text {
  return Text.of(source.split('\n'));
}

function linesOf(text: Text, from: number, to: number): number {
  return to <= from
    ? 0
    : text.lineAt(Math.min(to - 1, text.length)).number -
        text.lineAt(from).number +
        1;
}
