import { GraphChart } from 'echarts/charts';
import { AriaComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { GraphEdge, GraphNode } from '../relation-contract.ts';
import { placeNodes } from './graph-layout.ts';

use([GraphChart, TooltipComponent, AriaComponent, LabelLayout, CanvasRenderer]);

interface GraphCanvasProps {
  nodes: GraphNode[];
  edges: GraphEdge[];
  centreId: string | null;
  selectedId: string | null;
  edgeText(edge: GraphEdge): string;
  /** What the tie is called, written on it where there is room. */
  edgeName(edge: GraphEdge): string;
  /** Whether the tie reads one way only and so ends in an arrow. */
  directed(edge: GraphEdge): boolean;
  onSelect(id: string): void;
}

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shapes = { customer: 'roundRect', contact: 'circle', user: 'diamond' } as const;

/** Beyond this a simulation of forces would hold the page up for seconds: places are reckoned. */
const simulated = 300;

/** The picture of relations. Everything it says is in the list beside it, too: the canvas itself is hidden from readers. */
export default function GraphCanvas(props: GraphCanvasProps) {
  const { nodes, edges, centreId, selectedId, edgeText, edgeName, directed, onSelect } = props;
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current);
    chart.current = made;
    made.on('click', (event) => {
      const id = (event.data as { id?: string } | undefined)?.id;
      if (event.dataType === 'node' && id) select.current(id);
    });
    // In a tab that is not open the box has no size, and there are no places to reckon.
    const observer = new ResizeObserver(() => made.getDom().clientWidth > 0 && made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  const places = useMemo(
    () =>
      nodes.length > simulated
        ? placeNodes(
            nodes.map((node) => node.id),
            edges,
            centreId,
            (box.current?.clientWidth ?? 800) / (box.current?.clientHeight || 500),
          )
        : null,
    [nodes, edges, centreId],
  );
  useEffect(() => {
    const degree = new Map<string, number>();
    for (const edge of edges) for (const id of [edge.from, edge.to]) degree.set(id, (degree.get(id) ?? 0) + 1);
    const many = nodes.length > 120;
    // A few nodes may spread out, but not past the edges of a phone.
    const wide = (box.current?.clientWidth ?? 0) > 600;
    const few = nodes.length < 40 && wide;
    // A phone has a third of the room for the same nodes.
    const [least, growth] = many ? (wide ? [7, 8] : [4, 4]) : [14, 14];
    const named = edges.length <= (wide ? 40 : 16);
    const colours = { customer: '#1554ad', contact: '#2e8b57', user: '#8a5a00' };
    chart.current?.setOption(
      {
        animation: !places,
        tooltip: { confine: true },
        series: [
          {
            type: 'graph',
            layout: places ? 'none' : 'force',
            roam: true,
            draggable: true,
            force: {
              repulsion: many ? 30 : few ? 700 : 260,
              edgeLength: many ? [10, 40] : few ? [120, 220] : [70, 150],
              gravity: 0.08,
              friction: 0.3,
              layoutAnimation: true,
            },
            emphasis: { focus: places ? 'none' : 'adjacency' },
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
      },
      { notMerge: true },
    );
  }, [nodes, edges, centreId, selectedId, edgeText, edgeName, directed, places]);
  return (
    <div role="img" aria-label={t('relations.page.picture')} className="relation-canvas">
      <div ref={box} className="relation-canvas-box" />
    </div>
  );
}

/** Tooltips are HTML; names are typed by people. */
const escapeText = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
