/** The focus of a view whose parts are drawn only once the server has answered. */

const PATIENCE_MS = 15_000;

/** Focus a part of a view; the view itself until that part is drawn, unless the reader goes elsewhere first. */
export function focusWhenDrawn(view: HTMLElement, part: string): void {
  const find = (): HTMLElement | null => view.querySelector<HTMLElement>(part);
  const drawn = find();
  (drawn ?? view).focus({ preventScroll: true });
  if (drawn !== null) {
    return;
  }
  const observer = new MutationObserver(() => {
    const there = find();
    if (there !== null && document.activeElement === view) {
      there.focus({ preventScroll: true });
    }
    if (there !== null || document.activeElement !== view) {
      end();
    }
  });
  const timer = setTimeout(() => end(), PATIENCE_MS);
  const end = (): void => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(view, { childList: true, subtree: true });
}
