import type { GraphEdge, GraphNode } from '../relation-contract.ts';
import type { Place } from './graph-layout.ts';
import { zoomLimit } from './graph-roam.ts';

export interface Picture {
  nodes: GraphNode[];
  edges: GraphEdge[];
  centreId: string | null;
  selectedId: string | null;
  /** Reckoned places; without them a simulation of forces finds some. */
  places: Map<string, Place> | null;
  /** More than can be drawn for each movement. */
  many: boolean;
  wide: boolean;
  edgeText(edge: GraphEdge): string;
  edgeName(edge: GraphEdge): string;
  directed(edge: GraphEdge): boolean;
}

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shapes = { customer: 'roundRect', contact: 'circle', user: 'diamond' } as const;
const colours = { customer: '#1554ad', contact: '#2e8b57', user: '#8a5a00' };

/** The picture of relations as the chart library wants it. */
export function graphOption(picture: Picture) {
  const { nodes, edges, centreId, selectedId, places, many, wide, edgeText, edgeName, directed } = picture;
  const degree = new Map<string, number>();
  for (const edge of edges) for (const id of [edge.from, edge.to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  // A few nodes may spread out, but not past the edges of a phone.
  const few = nodes.length < 40 && wide;
  // A phone has a third of the room for the same nodes.
  const [least, growth] = many ? (wide ? [7, 8] : [4, 4]) : [14, 14];
  const named = edges.length <= (wide ? 40 : 16);
  return {
    animation: !places,
    tooltip: { confine: true, className: 'relation-tip' },
    series: [
      {
        // One and the same series: what is zoomed to and where nodes were dragged stays when a node is chosen.
        id: 'relations',
        type: 'graph',
        layout: places ? 'none' : 'force',
        roam: !many,
        scaleLimit: zoomLimit,
        // Among many, every finger that moves the picture would drag a node.
        draggable: !many,
        force: {
          repulsion: many ? 30 : few ? 700 : 260,
          edgeLength: many ? [10, 40] : few ? [120, 220] : [70, 150],
          gravity: 0.08,
          friction: 0.3,
          layoutAnimation: true,
        },
        emphasis: { disabled: many, focus: many ? 'none' : 'adjacency' },
        label: {
          show: true,
          // On a phone a name to the right runs past the edge.
          position: wide ? 'right' : 'bottom',
          color: style('--text'),
          formatter: '{b}',
          width: 130,
          overflow: 'truncate',
        },
        // Between few nodes every name has its place; a tie's must not take it.
        labelLayout: { hideOverlap: !named },
        edgeSymbolSize: many ? 4 : 8,
        edgeLabel: { show: named, fontSize: 11, color: style('--muted'), opacity: 1 },
        lineStyle: { color: style('--muted'), opacity: many ? 0.35 : 0.6, curveness: many ? 0 : 0.08 },
        data: nodes.map((node) => ({
          id: node.id,
          name: node.name,
          ...places?.get(node.id),
          symbol: shapes[node.kind],
          symbolSize: (node.id === centreId ? 16 + least : least) + Math.min(growth, degree.get(node.id) ?? 0),
          itemStyle: {
            color: colours[node.kind],
            borderColor: node.id === selectedId ? '#c0262d' : style('--panel'),
            borderWidth: node.id === selectedId ? 4 : 1,
          },
          tooltip: { formatter: () => escapeText([node.name, node.detail].filter(Boolean).join(' · ')) },
        })),
        edges: edges.map((edge) => ({
          source: edge.from,
          target: edge.to,
          symbol: ['none', directed(edge) ? 'arrow' : 'none'],
          label: { formatter: () => edgeName(edge) },
          lineStyle: {
            width: many ? edge.strength / 4 + 0.25 : edge.strength / 2 + 0.5,
            type: edge.typeKey === 'reportsTo' ? 'dashed' : 'solid',
          },
          tooltip: { formatter: () => escapeText(edgeText(edge)) },
        })),
      },
    ],
  };
}

/** Tooltips are HTML; names are typed by people. */
const escapeText = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
