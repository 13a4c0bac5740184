import type { ECharts } from 'echarts/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { roamSmoothly } from './graph-roam.ts';

/** The box and its frame as far as they are used; the frame lies at 100, 50. */
function picture() {
  const roams: Record<string, number>[] = [];
  const chart = {
    dispatchAction: (roam: Record<string, number>) => roams.push(roam),
    getZr: () => ({ flush: () => undefined }),
  };
  const place = { left: 100, top: 50 };
  const frame = Object.assign(new EventTarget(), {
    style: {},
    clientWidth: 300,
    clientHeight: 200,
    getBoundingClientRect: () => place,
  });
  const box = {
    parentElement: frame,
    style: { transform: '' },
    classList: { toggle: () => undefined, remove: () => undefined },
  };
  const roam = roamSmoothly(chart as unknown as ECharts, box as unknown as HTMLElement);
  const pointer = (type: string, clientX: number, clientY: number, pointerId = 1) =>
    (type === 'pointerdown' ? frame : window).dispatchEvent(
      Object.assign(new Event(type), { pointerId, clientX, clientY, button: 0 }),
    );
  return { roam, roams, frame, box, pointer };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a drag shifts what is drawn and draws it anew once, when the finger is lifted', () => {
  const { roams, box, pointer } = picture();
  pointer('pointerdown', 150, 100);
  for (let i = 1; i <= 40; i++) pointer('pointermove', 150 + i, 100 - i);
  expect(box.style.transform).toBe('translate(40px, -40px) scale(1)');
  expect(roams).toEqual([]);
  pointer('pointerup', 190, 60);
  expect(box.style.transform).toBe('');
  expect(roams).toEqual([{ type: 'graphRoam', seriesIndex: 0, dx: 40, dy: -40 }]);
});

test('two fingers enlarge what lies between them; a finger that points moves nothing', () => {
  const { roams, pointer } = picture();
  pointer('pointerdown', 150, 150);
  pointer('pointermove', 152, 151);
  pointer('pointerup', 152, 151);
  expect(roams).toEqual([]);
  pointer('pointerdown', 150, 150, 1);
  pointer('pointerdown', 250, 150, 2);
  pointer('pointermove', 350, 150, 2);
  pointer('pointerup', 350, 150, 2);
  expect(roams).toEqual([]);
  pointer('pointerup', 150, 150, 1);
  // 50, 100 of the picture stays under the finger that was still.
  expect(roams).toMatchObject([{ zoom: 2 }, { dx: -50, dy: -100 }]);
});

test('the wheel and the buttons stop at the limits', () => {
  const { roam, roams, frame } = picture();
  for (let i = 0; i < 99; i++)
    frame.dispatchEvent(
      Object.assign(new Event('wheel', { cancelable: true }), { deltaY: -1, clientX: 100, clientY: 50 }),
    );
  vi.runAllTimers();
  expect(roams[0]?.zoom).toBeCloseTo(8);
  roams.length = 0;
  roam.zoomBy(1.5);
  expect(roams).toEqual([]);
  roam.whole();
  roam.zoomBy(1.5);
  expect(roams).toMatchObject([{ zoom: 1.5 }, { dx: -75, dy: -50 }]);
});
