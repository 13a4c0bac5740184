import { BarChart, HeatmapChart, LineChart, PieChart, SankeyChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([
  BarChart,
  HeatmapChart,
  LineChart,
  PieChart,
  SankeyChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export interface ChartProps {
  option: EChartsCoreOption;
  /** What was clicked: series name, category and data as given. */
  onPick?(event: { name: string; data: unknown; dataIndex: number }): void;
  height?: number;
}

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A picture of numbers that stand in a table beside it; hidden from readers, who have the table. */
export default function Chart({ option, onPick, height = 320 }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  // Options are plain data; told apart by what they say, a re-rendered page does not redraw.
  const text = JSON.stringify(option);
  useEffect(() => {
    if (!box.current) return;
    const chart = init(box.current);
    const color = style('--text') || undefined;
    chart.setOption({
      textStyle: { color },
      animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      ...(JSON.parse(text) as EChartsCoreOption),
    });
    chart.on('click', (event) =>
      pick.current?.({ name: event.name, data: event.data, dataIndex: event.dataIndex ?? 0 }),
    );
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [text]);
  return <div ref={box} aria-hidden style={{ height, width: '100%' }} />;
}
