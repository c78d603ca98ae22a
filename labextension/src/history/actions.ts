/** What the buttons of a cell's history do, and how it is said and taken back. */
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PastExecution } from '../api';
import type { HistoryModel } from '../model/history';
import {
  findCell,
  insertCell,
  removeCell,
  replaceSource
} from '../elements/cells';
import type { FollowedCell } from './followed';

const SHOWN_MS = 12_000;

/** The actions on the cell that is followed. */
export class HistoryActions {
  constructor(
    private readonly model: HistoryModel,
    private readonly followed: FollowedCell,
    private readonly trans: TranslationBundle
  ) {}

  /** Put a source back; what was there stays one step of undo away. */
  restore(execution: PastExecution, source: string): void {
    const { panel } = this.followed;
    const found = this.followed.find();
    if (panel === null || found === null) {
      return;
    }
    const { trans } = this;
    const cellId = found.cell.model.id;
    const before = replaceSource(found.cell, source);
    const undo = {
      label: trans.__('Undo'),
      callback: () => {
        const now = findCell(panel, cellId);
        if (now?.cell.model.sharedModel.getSource() === source) {
          replaceSource(now.cell, before);
        } else {
          this.say(
            trans.__('Not undone: the cell was edited or removed since')
          );
        }
      }
    };
    const wasExecuted = this.model.wasExecuted(before);
    const said = trans.__(
      'The cell says again what [%1] executed.',
      execution.execution_count
    );
    if (wasExecuted === true || before.trim() === '') {
      Notification.success(said, { actions: [undo], autoClose: SHOWN_MS });
    } else {
      const warning =
        wasExecuted === null
          ? trans.__('What it said before may never have been executed')
          : trans.__('What it said before was never executed');
      Notification.warning(
        `${said} ${warning}: ${trans.__('Undo brings it back.')}`,
        { actions: [undo], autoClose: false }
      );
    }
  }

  /** A new cell below the cell, or at the end where that is gone. */
  insertBelow(source: string): void {
    const { panel } = this.followed;
    if (panel === null) {
      return;
    }
    const { trans } = this;
    const place = this.followed.find()?.index;
    const index = (place ?? panel.content.widgets.length - 1) + 1;
    void insertCell(panel, index, source).then(made => {
      Notification.success(
        place === undefined
          ? trans.__('Inserted at the end: the cell itself is gone.')
          : trans.__('Inserted below the cell.'),
        {
          actions: [
            {
              label: trans.__('Undo'),
              callback: () => {
                if (!removeCell(panel, made, source)) {
                  this.say(
                    trans.__('Not undone: the new cell was edited or removed')
                  );
                }
              }
            }
          ],
          autoClose: SHOWN_MS
        }
      );
    });
  }

  copy(source: string): void {
    Clipboard.copyToSystem(source);
    Notification.success(this.trans.__('Copied.'), { autoClose: 2000 });
  }

  private say(text: string): void {
    Notification.info(text, { autoClose: SHOWN_MS });
  }
}
