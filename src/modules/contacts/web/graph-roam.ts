import type { ECharts } from 'echarts/core';

/** A node never fills the picture, and the picture never shrinks to a dot. */
export const zoomLimit = { min: 0.5, max: 8 };

/** Milliseconds after the last turn of the wheel. */
const rest = 160;
/** Pixels a finger may slip while it points at a node. */
const slip = 5;

interface Point {
  x: number;
  y: number;
}

/**
 * Moves a picture of many nodes like a map: while fingers, mouse or wheel move, what is drawn is shifted and scaled as it is, and it is
 * drawn anew when they rest. A thousand nodes with their names can be drawn some ten times a second, less on a phone.
 */
export function roamSmoothly(chart: ECharts, box: HTMLElement) {
  const frame = box.parentElement ?? box;
  const down = new Map<number, Point>();
  let view = { x: 0, y: 0, scale: 1 };
  let zoom = 1;
  let resting: ReturnType<typeof setTimeout> | undefined;

  /** What lay under `from` lies under `to`, `by` times as large. */
  const shift = (from: Point, to: Point, by: number) => {
    const within = Math.min(zoomLimit.max, Math.max(zoomLimit.min, zoom * view.scale * by));
    const scale = within / (zoom * view.scale);
    view = {
      x: to.x + (view.x - from.x) * scale,
      y: to.y + (view.y - from.y) * scale,
      scale: view.scale * scale,
    };
    const still = view.scale === 1 && Math.hypot(view.x, view.y) < slip;
    box.classList.toggle('moving', !still);
    box.style.transform = still ? '' : `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  };
  const settle = () => {
    box.classList.remove('moving');
    box.style.transform = '';
  };
  const draw = () => {
    clearTimeout(resting);
    if (box.style.transform !== '') {
      zoom *= view.scale;
      const roam = (by: object) => chart.dispatchAction({ type: 'graphRoam', seriesIndex: 0, ...by });
      if (view.scale !== 1) roam({ zoom: view.scale, originX: 0, originY: 0 });
      roam({ dx: view.x, dy: view.y });
      // At once: else the old picture flashes up in its old place.
      chart.getZr().flush();
      settle();
    }
    view = { x: 0, y: 0, scale: 1 };
  };
  const at = (event: MouseEvent): Point => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  /** The middle of the fingers and how far they are apart. */
  const hand = () => {
    const [one, other] = [...down.values()];
    if (!one || !other) return { ...(one ?? { x: 0, y: 0 }), apart: 1 };
    return {
      x: (one.x + other.x) / 2,
      y: (one.y + other.y) / 2,
      apart: Math.hypot(one.x - other.x, one.y - other.y) || 1,
    };
  };

  const listening = new AbortController();
  const { signal } = listening;
  frame.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button === 0 && down.size < 2) down.set(event.pointerId, at(event));
    },
    { signal },
  );
  // On the window: a captured pointer would keep the click from the chart.
  window.addEventListener(
    'pointermove',
    (event) => {
      if (!down.has(event.pointerId)) return;
      const before = hand();
      down.set(event.pointerId, at(event));
      const after = hand();
      shift(before, after, after.apart / before.apart);
    },
    { signal },
  );
  for (const end of ['pointerup', 'pointercancel'] as const)
    window.addEventListener(end, (event) => down.delete(event.pointerId) && down.size === 0 && draw(), { signal });
  frame.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      shift(at(event), at(event), event.deltaY < 0 ? 1.1 : 1 / 1.1);
      clearTimeout(resting);
      resting = setTimeout(draw, rest);
    },
    { signal, passive: false },
  );
  frame.style.touchAction = 'none';
  return {
    /** Larger or smaller around the middle, as by a button. */
    zoomBy(factor: number) {
      const middle = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 };
      shift(middle, middle, factor);
      draw();
    },
    /** The whole is in the picture again. */
    whole() {
      zoom = 1;
    },
    stop() {
      clearTimeout(resting);
      settle();
      listening.abort();
      frame.style.touchAction = '';
    },
  };
}
