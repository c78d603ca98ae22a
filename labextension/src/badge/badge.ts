/** The line below a cell's input that tells of its last run. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { CellBadge, RunSummary } from '../api';
import { stateIcons } from '../icons';
import { formatNumber } from '../model/format';
import {
  cellProblem,
  fullName,
  runName,
  shownKey,
  shownMetric,
  statusWord
} from '../model/words';
import type { Staleness } from '../model/staleness';
import { staleMarks } from '../model/staleness';

/** A cell's badge. */
export class BadgeWidget extends Widget {
  private readonly button = document.createElement('button');

  /**
   * @param trans - The reader's language.
   * @param onOpen - Shows the run in the panel.
   */
  constructor(
    private readonly trans: TranslationBundle,
    private readonly onOpen: (run: RunSummary) => void
  ) {
    super();
    this.addClass('ct-BadgeLine');
    this.button.type = 'button';
    this.button.className = 'ct-Badge';
    this.button.addEventListener('click', this.onClick);
    this.node.appendChild(this.button);
  }

  private run: RunSummary | null = null;

  override dispose(): void {
    this.button.removeEventListener('click', this.onClick);
    super.dispose();
  }

  /** Show a run and what is stale of it. */
  render(badge: CellBadge, run: RunSummary, stale: Staleness): void {
    this.run = run;
    const { trans } = this;
    const parts = describe(badge, run, trans);
    const marks = staleMarks(stale, trans);
    const problem = cellProblem(run, trans);
    const caption = [
      `${fullName(run, trans)}: ${statusWord(run.status, trans)}`,
      ...parts.slice(1),
      ...(problem === '' ? [] : [problem]),
      ...marks.map(mark => mark.caption)
    ].join('\n');
    this.button.replaceChildren(
      stateIcons[run.status].element({
        tag: 'span',
        className: `ct-State ct-mod-${run.status}`
      }),
      ...parts.map((part, index) => span(part, `ct-Badge-part${index}`)),
      ...(problem === '' ? [] : [span(problem, 'ct-Badge-problem')]),
      ...marks.map(mark => span(mark.text, 'ct-Badge-stale'))
    );
    this.button.title = caption;
    this.button.setAttribute(
      'aria-label',
      trans.__('Show in Trail: %1', caption.replaceAll('\n', ', '))
    );
    this.button.classList.toggle('ct-mod-stale', marks.length > 0);
  }

  private readonly onClick = (event: MouseEvent): void => {
    event.stopPropagation();
    if (this.run !== null) {
      this.onOpen(this.run);
    }
  };
}

function describe(
  badge: CellBadge,
  run: RunSummary,
  trans: TranslationBundle
): string[] {
  const metric = shownMetric(run);
  return [
    badge.run_count > 1
      ? trans.__('%1 runs', badge.run_count)
      : runName(run, trans),
    ...(metric === null
      ? []
      : [`${shownKey(run, trans)} ${formatNumber(metric.value)}`])
  ];
}

function span(text: string, className: string): HTMLElement {
  const node = document.createElement('span');
  node.textContent = text;
  node.className = className;
  node.dir = 'auto';
  return node;
}
