/**
 * What moves the page when an input is left waits until the press that left it is over: a button that slips away under the finger
 * is never pressed.
 */
export function afterPress(work: () => void): void {
  if (document.querySelector(':active')) document.addEventListener('mouseup', () => setTimeout(work), { once: true });
  else work();
}
