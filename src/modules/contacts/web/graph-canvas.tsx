import { CompressOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { GraphChart } from 'echarts/charts';
import { AriaComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GraphEdge, GraphNode } from '../relation-contract.ts';
import { placeNodes } from './graph-layout.ts';
import { graphOption } from './graph-option.ts';
import { roamSmoothly } from './graph-roam.ts';

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

/** Beyond this a simulation of forces would hold the page up for seconds: places are reckoned. */
const simulated = 300;
/** Beyond this a phone cannot draw each movement anew. */
const light = 120;
const step = 1.5;

/** The picture of relations. Everything it says is in the list beside it, too: the canvas itself is hidden from readers. */
export default function GraphCanvas(props: GraphCanvasProps) {
  const { nodes, edges, centreId, selectedId, edgeText, edgeName, directed, onSelect } = props;
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const roam = useRef<ReturnType<typeof roamSmoothly> | null>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  const [aspect, setAspect] = useState<number>();
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = box.current ?? {};
    if (clientWidth && clientHeight) setAspect(clientWidth / clientHeight);
  }, []);
  const places = useMemo(
    () =>
      nodes.length > simulated
        ? placeNodes(
            nodes.map((node) => node.id),
            edges,
            centreId,
            aspect,
          )
        : null,
    [nodes, edges, centreId, aspect],
  );
  const many = nodes.length > light;
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
  useEffect(() => {
    if (!many || !chart.current || !box.current) return;
    const moving = roamSmoothly(chart.current, box.current);
    roam.current = moving;
    return () => {
      moving.stop();
      roam.current = null;
    };
  }, [many]);
  const drawn = useRef<GraphNode[]>(null);
  const showAll = useCallback(() => {
    chart.current?.setOption({ series: [{ id: 'relations', zoom: 1, center: null }] });
    roam.current?.whole();
  }, []);
  useEffect(() => {
    const wide = (box.current?.clientWidth ?? 0) > 600;
    const picture = { nodes, edges, centreId, selectedId, places, many, wide, edgeText, edgeName, directed };
    chart.current?.setOption(graphOption(picture));
    if (drawn.current === nodes) return;
    drawn.current = nodes;
    // Others are drawn: all of them are shown, or, after one was expanded, what is around it.
    const place = selectedId ? places?.get(selectedId) : undefined;
    if (place) chart.current?.setOption({ series: [{ id: 'relations', center: [place.x, place.y] }] });
    else showAll();
  }, [nodes, edges, centreId, selectedId, edgeText, edgeName, directed, places, many, showAll]);
  const zoomBy = (factor: number) => {
    const { clientWidth = 0, clientHeight = 0 } = box.current ?? {};
    if (roam.current) roam.current.zoomBy(factor);
    else
      chart.current?.dispatchAction({
        type: 'graphRoam',
        seriesIndex: 0,
        zoom: factor,
        originX: clientWidth / 2,
        originY: clientHeight / 2,
      });
  };
  const buttons = [
    { key: 'larger', icon: <PlusOutlined />, act: () => zoomBy(step) },
    { key: 'smaller', icon: <MinusOutlined />, act: () => zoomBy(1 / step) },
    { key: 'whole', icon: <CompressOutlined />, act: showAll },
  ];
  return (
    <>
      <div role="img" aria-label={t('relations.page.picture')} className="relation-canvas">
        <div ref={box} className="relation-canvas-box" />
      </div>
      <div className="relation-zoom">
        {buttons.map(({ key, icon, act }) => (
          <Button
            key={key}
            icon={icon}
            title={t(`relations.page.zoom.${key}`)}
            aria-label={t(`relations.page.zoom.${key}`)}
            onClick={act}
          />
        ))}
      </div>
    </>
  );
}
