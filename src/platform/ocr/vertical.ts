/** Text whose characters stand below each other: cut into characters and laid out as a line, which the models read. */

export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

const width = (box: Rectangle) => box.right - box.left;
const height = (box: Rectangle) => box.bottom - box.top;

/**
 * Columns of the boxes, as wide as their characters. Wide-set characters are found one by one: then their distance tells their size. Three of them
 * or a long box make a column.
 */
export function columnsOf(boxes: Rectangle[]): Rectangle[] {
  const upright = boxes.filter((item) => width(item) < 1.5 * height(item)).sort((a, b) => a.top - b.top);
  const stacks: Rectangle[][] = [];
  for (const box of upright) {
    const stack = stacks.find(([first = box]) => Math.abs(centre(first) - centre(box)) < 0.5 * width(box));
    if (stack) stack.push(box);
    else stacks.push([box]);
  }
  return stacks.flatMap((stack) => {
    const size = sizeOf(stack);
    const parts: Rectangle[][] = [];
    for (const box of stack) {
      const last = parts.at(-1);
      if (last && box.top - (last.at(-1)?.bottom ?? 0) < 1.6 * size) last.push(box);
      else parts.push([box]);
    }
    return parts.flatMap((part) => columnOf(part, size));
  });
}

function columnOf(boxes: Rectangle[], size: number): Rectangle[] {
  const middle = median(boxes.map(centre));
  const top = Math.min(...boxes.map((box) => box.top));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  const long = bottom - top > 1.7 * size;
  const edge = size * 0.1;
  return long
    ? [{ left: middle - size * 0.6, right: middle + size * 0.6, top: top - edge, bottom: bottom + edge }]
    : [];
}

function sizeOf(stack: Rectangle[]): number {
  const single = stack.filter((box) => height(box) < 2 * width(box));
  const steps = single.slice(1).map((box, index) => middle(box) - middle(single[index] ?? box));
  const byWidth = median(stack.map(width));
  const usual = median(steps.filter((step) => step > 0.7 * byWidth));
  // Characters one by one: their distance tells the room each has, unless they stand too far apart to be a column.
  return single.length > stack.length / 2 && usual > byWidth && usual < 1.8 * byWidth ? usual : byWidth;
}

const centre = (box: Rectangle) => (box.left + box.right) / 2;
const middle = (box: Rectangle) => (box.top + box.bottom) / 2;
const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** The pixels of a part of the page. */
export function crop(page: Pixels, box: Rectangle): Pixels {
  const left = Math.max(0, Math.floor(box.left));
  const top = Math.max(0, Math.floor(box.top));
  const right = Math.min(page.width, Math.ceil(box.right));
  const bottom = Math.min(page.height, Math.ceil(box.bottom));
  const part = blank(Math.max(1, right - left), Math.max(1, bottom - top));
  for (let row = 0; row < part.height; row += 1) {
    const from = ((top + row) * page.width + left) * 4;
    part.data.set(page.data.subarray(from, from + part.width * 4), row * part.width * 4);
  }
  return part;
}

const blank = (across: number, down: number): Pixels => ({
  data: new Uint8ClampedArray(across * down * 4),
  width: across,
  height: down,
});

/** A column as a line: its characters side by side; undefined when it does not fall into characters. */
export function laidOut(column: Pixels): Pixels | undefined {
  const ink = inkOfRows(column);
  const cells = characters(ink.rows, column.width);
  const gap = Math.round(column.width * 0.08);
  const tallest = Math.max(...cells.map(([from, to]) => to - from));
  if (cells.length < 2 || tallest > 1.6 * column.width) return undefined;
  const line = blank(cells.length * (column.width + gap) + gap, tallest + 2 * gap);
  new Uint32Array(line.data.buffer).fill(ink.paper);
  for (const [index, [from, to]] of cells.entries()) {
    const left = gap + index * (column.width + gap);
    const top = gap + Math.floor((tallest - (to - from)) / 2);
    for (let row = from; row < to; row += 1) {
      const source = column.data.subarray(row * column.width * 4, (row + 1) * column.width * 4);
      line.data.set(source, ((top + row - from) * line.width + left) * 4);
    }
  }
  return line;
}

/** How much is printed in each row, and the colour of the paper: the usual one at the edges. */
function inkOfRows({ data, width: across, height: down }: Pixels): { rows: number[]; paper: number } {
  const light = (at: number) => (data[at] ?? 0) * 0.3 + (data[at + 1] ?? 0) * 0.6 + (data[at + 2] ?? 0) * 0.1;
  const edges: number[] = [];
  for (let row = 0; row < down; row += 1) edges.push(row * across * 4, (row * across + across - 1) * 4);
  const middle = edges.sort((a, b) => light(a) - light(b))[Math.floor(edges.length / 2)] ?? 0;
  const paper = new Uint32Array(data.slice(middle, middle + 4).buffer)[0] ?? 0;
  const rows = Array.from({ length: down }, (_, row) => {
    let sum = 0;
    for (let at = row * across * 4; at < (row + 1) * across * 4; at += 4)
      sum += Math.max(0, Math.abs(light(at) - light(middle)) - 24);
    return sum / across;
  });
  return { rows, paper };
}

/**
 * Where each character begins and ends: the cuts that go through the least ink with pieces of about one size. Characters such as 二 and 言 have
 * gaps of their own, so gaps alone tell nothing.
 */
function characters(rows: number[], across: number): [from: number, to: number][] {
  const most = Math.max(...rows, 1);
  const printed = rows.map((ink) => ink > most * 0.06);
  const first = Math.max(0, printed.indexOf(true));
  const last = printed.lastIndexOf(true) + 1;
  let best: { cost: number; cuts: number[] } | undefined;
  // The column was cut a fifth wider than its letters.
  const usual = across / 1.2;
  for (let pitch = usual * 0.75; pitch <= usual * 1.35; pitch += Math.max(0.5, usual * 0.03)) {
    const found = cutsAt(rows, most, first, last, pitch);
    const cost = found && found.cost + (Math.abs(pitch - usual) / usual) * 0.15;
    if (found && cost !== undefined && (!best || cost < best.cost)) best = { cost, cuts: found.cuts };
  }
  const cuts = best?.cuts ?? [first, last];
  return cuts.slice(1).map((to, index) => [cuts[index] ?? first, to]);
}

function cutsAt(rows: number[], most: number, first: number, last: number, pitch: number) {
  const count = Math.max(1, Math.round((last - first + pitch * 0.15) / pitch));
  const cuts = [first];
  let cost = 0;
  for (let number = 1; number < count; number += 1) {
    const before = cuts.at(-1) ?? first;
    const from = Math.round(before + pitch * 0.75);
    const to = Math.min(last - 2, Math.round(before + pitch * 1.25));
    if (from > to) return undefined;
    let place = from;
    let least = Number.POSITIVE_INFINITY;
    for (let row = from; row <= to; row += 1) {
      const off = (row - before - pitch) / pitch;
      const price = (rows[row] ?? 0) / most + off * off * 0.6;
      if (price < least) {
        least = price;
        place = row;
      }
    }
    cost += least;
    cuts.push(place);
  }
  const rest = (last - (cuts.at(-1) ?? first)) / pitch;
  if (rest > 1.3 || rest < 0.45) return undefined;
  cuts.push(last);
  return { cost: cost / count, cuts };
}
