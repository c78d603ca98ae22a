/** What views tell of the runs that are marked in them. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/** Runs of one project. */
export interface Marks {
  notebook: string;
  runIds: readonly string[];
}

/** A view in which runs can be marked. */
export interface Marking {
  readonly marks: Marks;
}

/** The marks of the view that has the focus, else of the one in front, else of any that is seen with two or more. */
export function marksInFront(app: JupyterFrontEnd): Marks {
  const { shell } = app;
  const all = ['main', 'left', 'right', 'down'].flatMap(area => [
    ...shell.widgets(area)
  ]);
  const focused = all.find(each => each.node.contains(document.activeElement));
  const ordered = [focused, shell.currentWidget, ...all];
  const found = ordered
    .filter(each => each?.isVisible === true)
    .map(marksOf)
    .filter(each => each !== null);
  return (
    found.find(each => each.runIds.length > 1) ??
    found[0] ?? { notebook: '', runIds: [] }
  );
}

function marksOf(widget: Widget | null | undefined): Marks | null {
  const content: unknown =
    (widget as { content?: unknown } | null | undefined)?.content ?? widget;
  return isMarking(content) ? content.marks : null;
}

function isMarking(candidate: unknown): candidate is Marking {
  return (
    typeof candidate === 'object' && candidate !== null && 'marks' in candidate
  );
}
