/** The view of the main area in which a restore is looked through before it is carried out. */
import { ReactWidget } from '@jupyterlab/apputils';
import type { JSX } from 'react';
import { trailIcon } from '../icons';
import type { RestoreProps } from './body';
import { RestoreBody } from './body';

/** The restore of one run. */
export class RestoreView extends ReactWidget {
  constructor(private readonly props: RestoreProps) {
    super();
    this.addClass('ct-Restore');
    this.node.tabIndex = -1;
    this.title.icon = trailIcon;
    this.title.label = props.trans.__('Restore %1', props.title);
    this.title.closable = true;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.props.model.dispose();
    }
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.focus({ preventScroll: true });
  }

  protected override render(): JSX.Element {
    return <RestoreBody {...this.props} />;
  }
}
