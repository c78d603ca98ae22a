/** Which language the kernel of the notebook in front speaks. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

/** Tell the language now and whenever it may be another; empty while there is no kernel that says it. */
export function followLanguage(
  tracker: INotebookTracker,
  tell: (language: string) => void
): void {
  let followed: NotebookPanel | null = null;
  const ask = async (): Promise<void> => {
    const panel = followed;
    const kernel = panel?.sessionContext.session?.kernel;
    const info = await kernel?.info.catch(() => null); // it ended first
    if (panel === followed) {
      tell(info?.language_info.name ?? '');
    }
  };
  const listen = (): void => void ask();
  const follow = (): void => {
    followed?.sessionContext.kernelChanged.disconnect(listen);
    followed = tracker.currentWidget;
    followed?.sessionContext.kernelChanged.connect(listen);
    listen();
  };
  tracker.currentChanged.connect(follow);
  follow();
}
