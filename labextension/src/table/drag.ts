/** Dragging by pointer: from a press to its release, wherever that is. */
import type { PointerEvent as ReactPointerEvent } from 'react';
import { useRef } from 'react';

/** Pixels below which a press is a click. */
const THRESHOLD = 5;

interface Drag<T> {
  /** The press; null drags nothing. */
  start(event: ReactPointerEvent<HTMLElement>): T | null;
  /** Each move, by how many pixels in reading direction from the press. */
  move(from: T, pixels: number, event: PointerEvent): void;
  end?(from: T, event: PointerEvent): void;
  /** A press without a move, or the keyboard's. */
  click?(): void;
}

/** The handlers of an element that can be dragged. */
export interface DragHandlers {
  onPointerDown(event: ReactPointerEvent<HTMLElement>): void;
  onClick(): void;
}

/** Make an element one that can be dragged. */
export function useDrag<T>(drag: Drag<T>): DragHandlers {
  const wasDragged = useRef(false);
  const onPointerDown = (press: ReactPointerEvent<HTMLElement>): void => {
    const from = press.button === 0 ? drag.start(press) : null;
    if (from === null) {
      return;
    }
    const { currentTarget, clientX } = press;
    const sign = getComputedStyle(currentTarget).direction === 'rtl' ? -1 : 1;
    const ended = new AbortController();
    let isMoving = false;
    const onMove = (event: PointerEvent): void => {
      const pixels = (event.clientX - clientX) * sign;
      isMoving ||= Math.abs(pixels) > THRESHOLD;
      if (isMoving) {
        drag.move(from, pixels, event);
      }
    };
    const onUp = (event: PointerEvent): void => {
      ended.abort();
      if (isMoving) {
        // The click that follows at once is the drag's own.
        wasDragged.current = true;
        setTimeout(() => {
          wasDragged.current = false;
        });
        drag.end?.(from, event);
      }
    };
    const options = { signal: ended.signal };
    window.addEventListener('pointermove', onMove, options);
    window.addEventListener('pointerup', onUp, options);
    window.addEventListener('pointercancel', onUp, options);
  };
  const onClick = (): void => {
    if (!wasDragged.current) {
      drag.click?.();
    }
  };
  return { onPointerDown, onClick };
}
