"""Looks at a list of runs frame by frame, as an eye does: the panel's, or the table's grid."""

from typing import Any

from playwright.sync_api import Page

# Of the list's height in view, what rows cover, and how many of them still wait for their run.
_LOOK = """
  const look = () => {
    const list = document.querySelector(names.list);
    const box = list.getBoundingClientRect();
    let covered = 0;
    let pending = 0;
    let shown = 0;
    for (const row of list.querySelectorAll(names.row)) {
      const rect = row.getBoundingClientRect();
      const height = Math.min(rect.bottom, box.bottom) - Math.max(rect.top, box.top);
      if (height > 0) {
        covered += height;
        shown += 1;
        pending += row.classList.contains('ct-mod-pending') ? 1 : 0;
      }
    }
    return {blank: Math.max(0, box.height - covered), pending, shown};
  };
  const frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
"""


def jump(page: Page, fraction: float, *, list_: str = ".ct-List", row: str = ".ct-Row") -> dict[str, Any]:
    """Scroll to a part of the list at once; blank pixels after the first frame, milliseconds until all is filled."""
    return page.evaluate(
        f"""async ([fraction, names]) => {{
          {_LOOK}
          const list = document.querySelector(names.list);
          const began = performance.now();
          list.scrollTop = fraction * (list.scrollHeight - list.clientHeight);
          await frame();
          const first = look();
          let now = first;
          while ((now.pending > 0 || now.blank > 1) && performance.now() - began < 20000) {{
            await frame();
            now = look();
          }}
          return {{blank: first.blank, ms: performance.now() - began, rest: now.pending, shown: now.shown}};
        }}""",
        [fraction, {"list": list_, "row": row}],
    )


def roll(page: Page, pixels: int, frames: int, *, list_: str = ".ct-List", row: str = ".ct-Row") -> dict[str, Any]:
    """Scroll down steadily by so many pixels a frame; frames that had blank pixels, or rows that waited."""
    return page.evaluate(
        f"""async ([pixels, frames, names]) => {{
          {_LOOK}
          const list = document.querySelector(names.list);
          const found = {{frames, blank: 0, pending: 0}};
          for (let count = 0; count < frames; count += 1) {{
            list.scrollTop += pixels;
            await frame();
            const now = look();
            found.blank += now.blank > 1 ? 1 : 0;
            found.pending += now.pending > 0 ? 1 : 0;
          }}
          return found;
        }}""",
        [pixels, frames, {"list": list_, "row": row}],
    )
