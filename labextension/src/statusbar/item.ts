/** The status bar's item: whether cells are recorded, and whether all is well. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { StoreStatus } from '../api';
import { trailIcon } from '../icons';
import type { TrailModel } from '../model/trail';

interface Words {
  text: string;
  caption: string;
  kind: 'on' | 'paused' | 'off' | 'warn';
}

/** Shows and switches tracking. */
export class TrackingItem extends Widget {
  private readonly button = document.createElement('button');
  private readonly label = document.createElement('span');

  /**
   * @param model - The trail of the notebook in front.
   * @param trans - The reader's language.
   * @param onToggle - Switches tracking.
   */
  constructor(
    private readonly model: TrailModel,
    private readonly trans: TranslationBundle,
    private readonly onToggle: () => void
  ) {
    super();
    this.addClass('ct-Status');
    this.button.type = 'button';
    this.button.className = 'ct-Status-button';
    this.button.append(
      trailIcon.element({ tag: 'span', className: 'ct-Status-icon' }),
      this.label
    );
    this.button.addEventListener('click', this.onClick);
    this.node.appendChild(this.button);
    model.changed.connect(this.render, this);
    this.render();
  }

  override dispose(): void {
    this.model.changed.disconnect(this.render, this);
    this.button.removeEventListener('click', this.onClick);
    super.dispose();
  }

  private render(): void {
    const words = this.words();
    this.label.textContent = words.text;
    this.button.title = words.caption;
    this.button.setAttribute('aria-label', `${words.text}. ${words.caption}`);
    this.button.setAttribute('aria-pressed', String(words.kind === 'on'));
    this.button.dataset.kind = words.kind;
    this.button.disabled = words.kind === 'off';
  }

  private words(): Words {
    const { model, trans } = this;
    const { tracking } = model;
    if (model.isOffline || tracking === null) {
      return {
        text: trans.__('Trail: no answer'),
        caption: trans.__('The server does not answer'),
        kind: 'off'
      };
    }
    if (!tracking.is_enabled) {
      return {
        text: trans.__('Trail: off'),
        caption: trans.__('Switched off by this project’s settings'),
        kind: 'off'
      };
    }
    if (model.foreignLanguage !== '') {
      return {
        text: trans.__('Trail: Python only'),
        caption: trans.__(
          'The cells of this notebook leave no trail: its kernel runs %1',
          model.foreignLanguage
        ),
        kind: 'off'
      };
    }
    if (tracking.is_paused) {
      return {
        text: trans.__('Trail: paused'),
        caption: trans.__('Cells leave no trail. Click to resume tracking'),
        kind: 'paused'
      };
    }
    return (
      this.problems() ?? {
        text: trans.__('Trail: on'),
        caption: trans.__('Cells are recorded. Click to pause tracking'),
        kind: 'on'
      }
    );
  }

  private problems(): Words | null {
    const { model, trans } = this;
    const { health, project } = model;
    const message = project?.state === 'failed' ? project.message : '';
    const count = health === null ? 0 : countProblems(health);
    if (message === '' && count === 0) {
      return null;
    }
    return {
      text:
        message === ''
          ? trans.__('Trail: on, with problems')
          : trans.__('Trail: on, store unreadable'),
      caption:
        message ||
        trans.__(
          'The Trail panel and `celltrail doctor` tell more. Click to pause tracking'
        ),
      kind: 'warn'
    };
  }

  private readonly onClick = (): void => this.onToggle();
}

function countProblems(health: StoreStatus): number {
  return (
    health.quarantined.length +
    health.refused.length +
    health.capture_failures.length
  );
}
