/** What a reader does to runs and views, with the words for success, failure and the way back. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { TrailFailure } from '../model/failure';
import { formatCount } from '../model/format';
import type { Change, TableModel } from '../model/table/table';
import { linkTo } from './link';

const UNDO_MS = 12_000;
const MAX_COMPARED = 20;

/** The actions of one table. */
export class TableActions {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly model: TableModel,
    private readonly trans: TranslationBundle
  ) {}

  openRun(runId: string): void {
    void this.app.commands.execute(CommandIDs.openRun, {
      run_id: runId,
      notebook: this.model.place.notebook
    });
  }

  /** Star runs, or take their stars away. */
  async star(runIds: readonly string[], isStarred: boolean): Promise<void> {
    await this.change(runIds, { is_starred: isStarred });
  }

  /** Put runs into the archive or bring them back; what was done can be undone for a while. */
  async archive(runIds: readonly string[], isArchived: boolean): Promise<void> {
    const { trans } = this;
    if (!(await this.change(runIds, { is_archived: isArchived }))) {
      return;
    }
    this.model.selection.clear();
    const count = runIds.length;
    const message = isArchived
      ? trans._n(
          '%2 run archived',
          '%2 runs archived',
          count,
          formatCount(count)
        )
      : trans._n(
          '%2 run restored',
          '%2 runs restored',
          count,
          formatCount(count)
        );
    Notification.info(message, {
      autoClose: UNDO_MS,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => {
            void this.change(runIds, { is_archived: !isArchived });
          }
        }
      ]
    });
  }

  /** Set one tag; an empty value takes it off. */
  async tag(
    runIds: readonly string[],
    key: string,
    value: string
  ): Promise<void> {
    await this.change(
      runIds,
      value === '' ? { removed_tags: [key] } : { tags: [{ key, value }] }
    );
  }

  /** Ask for a tag, and set it on runs. */
  async askTag(runIds: readonly string[]): Promise<void> {
    const { trans } = this;
    const answer = await InputDialog.getText({
      title: trans._n(
        'Tag %2 run',
        'Tag %2 runs',
        runIds.length,
        formatCount(runIds.length)
      ),
      label: trans.__('key=value; without a value the tag is taken off'),
      placeholder: 'stage=test',
      okLabel: trans.__('Tag')
    });
    const text = answer.button.accept ? (answer.value ?? '').trim() : '';
    if (text !== '') {
      const at = text.indexOf('=');
      const key = at < 0 ? text : text.slice(0, at);
      await this.tag(
        runIds,
        key.trim(),
        at < 0 ? '' : text.slice(at + 1).trim()
      );
    }
  }

  /** Whether runs can be compared here. */
  get canCompare(): boolean {
    return this.app.commands.hasCommand(CommandIDs.compare);
  }

  compare(runIds: readonly string[]): void {
    if (runIds.length < 2 || runIds.length > MAX_COMPARED) {
      Notification.warning(
        this.trans.__('Select two to %1 runs to compare.', MAX_COMPARED)
      );
      return;
    }
    void this.app.commands.execute(CommandIDs.compare, {
      run_ids: [...runIds],
      notebook: this.model.place.notebook
    });
  }

  /** Mark all that match, and say so where they are too many. */
  async selectAll(): Promise<void> {
    await this.guard(async () => {
      await this.model.selectAll();
      const { size } = this.model.selection;
      if (size < this.model.total) {
        Notification.info(
          this.trans.__(
            'The first %1 of %2 runs are selected: filter to reach the others.',
            formatCount(size),
            formatCount(this.model.total)
          )
        );
      }
    });
  }

  /** Ask for a name, and keep the view under it. */
  async saveView(): Promise<void> {
    const { trans } = this;
    const answer = await InputDialog.getText({
      title: trans.__('Save view'),
      label: trans.__('Name; a view of the same name is replaced'),
      okLabel: trans.__('Save')
    });
    const name = (answer.value ?? '').trim();
    if (answer.button.accept && name !== '') {
      await this.guard(() => this.model.saveView(name, true));
    }
  }

  /** Ask, and take a view away. */
  async deleteView(name: string): Promise<void> {
    const { trans } = this;
    const answer = await showDialog({
      title: trans.__('Delete the view “%1”?', name),
      body: trans.__('Its runs stay as they are.'),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Delete') })
      ]
    });
    if (answer.button.accept) {
      await this.guard(() => this.model.saveView(name, false));
    }
  }

  /** Put an address that shows this view into the clipboard. */
  copyLink(): void {
    Clipboard.copyToSystem(linkTo(this.model.place, this.model.view));
    Notification.success(this.trans.__('Link copied'), { autoClose: 2000 });
  }

  private change(runIds: readonly string[], change: Change): Promise<boolean> {
    return this.guard(() => this.model.edit(runIds, change));
  }

  /** Do something; false, and told, where it fails. */
  private async guard(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (reason) {
      Notification.error(
        this.trans.__('Not changed: %1', TrailFailure.of(reason).message)
      );
      return false;
    }
  }
}
