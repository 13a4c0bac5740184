interface Tie {
  from: string;
  to: string;
}
export interface Place {
  x: number;
  y: number;
}

/** Golden ratio: successive multiples fill a ring evenly, whatever their number. */
const golden = 0.618034;
const gap = 1.5;

/**
 * Places of many nodes at once, without the seconds of a simulation of forces: each connected part is a disc of even density around
 * its centre (the one given, else whoever has most ties); a node lies in the sector of the one it was reached from, a ring further
 * out; the discs stand in rows. The same nodes always get the same places.
 */
export function placeNodes(ids: string[], ties: Tie[], centreId: string | null, aspect = 1.6): Map<string, Place> {
  const neighbours = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of ties) {
    const [one, other] = [neighbours.get(from), neighbours.get(to)];
    if (!one || !other || one === other) continue;
    one.push(to);
    other.push(from);
  }
  const degree = (id: string) => (id === centreId ? Number.POSITIVE_INFINITY : (neighbours.get(id)?.length ?? 0));
  const met = new Set<string>();
  const discs: { radius: number; places: Map<string, Place> }[] = [];
  for (const id of [...ids].sort((a, b) => degree(b) - degree(a))) {
    if (met.has(id)) continue;
    const rings = ringsAround(id, neighbours, met);
    discs.push({ radius: radiusOf(rings.flat().length), places: disc(rings) });
  }
  return rows(discs, aspect);
}

interface Member {
  id: string;
  parent: Member | null;
  leaves: number;
  start: number;
}

/** Everybody reached from a root, by the number of steps; marks them as met. */
function ringsAround(root: string, neighbours: Map<string, string[]>, met: Set<string>): Member[][] {
  met.add(root);
  const rings: Member[][] = [[{ id: root, parent: null, leaves: 0, start: 0 }]];
  for (;;) {
    const next: Member[] = [];
    for (const parent of rings.at(-1) ?? []) {
      for (const id of neighbours.get(parent.id) ?? []) {
        if (met.has(id)) continue;
        met.add(id);
        next.push({ id, parent, leaves: 0, start: 0 });
      }
    }
    if (next.length === 0) return rings;
    rings.push(next);
  }
}

const radiusOf = (members: number) => Math.sqrt(Math.max(0, members - 1)) || 0.5;

function disc(rings: Member[][]): Map<string, Place> {
  for (const ring of [...rings].reverse()) {
    for (const member of ring) {
      member.leaves = Math.max(1, member.leaves);
      if (member.parent) member.parent.leaves += member.leaves;
    }
  }
  const all = rings[0]?.[0]?.leaves ?? 1;
  const places = new Map<string, Place>();
  const taken = new Map<Member | null, number>();
  let inner = 0;
  for (const ring of rings) {
    const outer = inner + ring.length;
    for (const [index, member] of ring.entries()) {
      const before = taken.get(member.parent) ?? member.parent?.start ?? 0;
      member.start = before;
      taken.set(member.parent, before + member.leaves);
      const angle = ((before + member.leaves / 2) / all) * 2 * Math.PI;
      // Spread over the ring's width: side by side a full ring would be one thick line.
      const at = member.parent ? Math.sqrt(inner + ((index * golden) % 1) * (outer - inner)) : 0;
      places.set(member.id, { x: at * Math.cos(angle), y: at * Math.sin(angle) });
    }
    inner = outer;
  }
  return places;
}

/** Discs side by side in rows, the largest first, about as wide as the picture. */
function rows(discs: { radius: number; places: Map<string, Place> }[], aspect: number): Map<string, Place> {
  const side = (radius: number) => 2 * radius + gap;
  discs.sort((a, b) => b.radius - a.radius);
  const area = discs.reduce((sum, one) => sum + side(one.radius) ** 2, 0);
  const width = Math.max(Math.sqrt(area * aspect), side(discs[0]?.radius ?? 0));
  const all = new Map<string, Place>();
  let [left, top, height] = [0, 0, 0];
  for (const { radius, places } of discs) {
    if (left + side(radius) > width + 0.001) [left, top, height] = [0, top + height, 0];
    height = Math.max(height, side(radius));
    for (const [id, place] of places)
      all.set(id, { x: left + side(radius) / 2 + place.x, y: top + side(radius) / 2 + place.y });
    left += side(radius);
  }
  return filled(all, aspect);
}

/** Stretched to the shape of the picture: a disc would leave half of a wide one empty. */
function filled(places: Map<string, Place>, aspect: number): Map<string, Place> {
  const span = (axis: 'x' | 'y') => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const place of places.values()) {
      least = Math.min(least, place[axis]);
      most = Math.max(most, place[axis]);
    }
    return most - least;
  };
  const stretch = (aspect * span('y')) / span('x');
  if (!Number.isFinite(stretch) || stretch === 0) return places;
  const [wide, high] = [Math.max(1, stretch), Math.max(1, 1 / stretch)];
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x * wide, y: y * high }] as const));
}
