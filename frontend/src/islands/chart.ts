import { BarChart, FunnelChart, GaugeChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { json } from "../page";

echarts.use([
  BarChart, FunnelChart, GaugeChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, SVGRenderer,
]);

interface Unit {
  divisor?: number;
  prefix?: string;
  suffix?: string;
  decimals?: number;
}
interface Series {
  name: string;
  data: (number | null)[];
  links?: string[];
  muted?: boolean;
  dashed?: boolean;
}
interface Slice {
  name: string;
  value: number;
  link?: string;
}
export interface ChartData {
  labels?: string[];
  series?: Series[];
  items?: Slice[];
  unit?: Unit;
  target?: number;
  targetLabel?: string;
}
type Option = Record<string, unknown>;

interface Look {
  ink: string;
  strong: string;
  line: string;
  raised: string;
  muted: string;
  font: string;
  size: number;
  colors: string[];
}

const TOKENS = ["ink-2", "ink", "line", "raised", "chart-muted", ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `chart-${number}`)];
const looks = new Map<string, Look>();

/** The tokens as the browser computes them, because ECharts cannot read light-dark(); read once for each theme. */
function look(): Look {
  const theme = document.documentElement.dataset.bsTheme ?? "light";
  const known = looks.get(theme);
  if (known) return known;
  const box = document.createElement("div");
  box.hidden = true;
  box.append(
    ...TOKENS.map((name) => {
      const probe = document.createElement("i");
      probe.style.color = `var(--${name})`;
      return probe;
    }),
  );
  document.body.append(box);
  const [ink, strong, line, raised, muted, ...colors] = [...box.children].map((probe) => rgba(getComputedStyle(probe).color));
  box.remove();
  const font = getComputedStyle(document.body).fontFamily;
  const size = document.querySelector(".wall") ? 19 : 12; // read from across the room
  const found = { ink: ink!, strong: strong!, line: line!, raised: raised!, muted: muted!, font, size, colors };
  looks.set(theme, found);
  return found;
}

let canvas: CanvasRenderingContext2D | undefined;

function rgba(computed: string): string {
  canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = computed;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${(alpha ?? 255) / 255})`;
}

function writer(unit: Unit = {}): (value: number | null | undefined) => string {
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: unit.decimals ?? 1 });
  const { divisor = 1, prefix = "", suffix = "" } = unit;
  return (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    return `${value < 0 ? "-" : ""}${prefix}${format.format(Math.abs(value) / divisor)}${suffix}`;
  };
}

function frame(seen: Look, write: (value: number) => string, trigger: "axis" | "item"): Option {
  return {
    aria: { enabled: true, label: { enabled: false } },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 350,
    color: seen.colors,
    textStyle: { fontFamily: seen.font, color: seen.ink },
    tooltip: {
      trigger,
      axisPointer: { type: "shadow", shadowStyle: { color: seen.line, opacity: 0.45 } },
      className: "chart-tip",
      backgroundColor: seen.raised,
      borderColor: seen.line,
      padding: [8, 12],
      textStyle: { color: seen.strong, fontSize: 13, fontFamily: seen.font },
      valueFormatter: write,
      confine: true,
    },
  };
}

function axes(data: ChartData, seen: Look, write: (value: number) => string, flat: boolean): Option {
  const names: Option = {
    type: "category",
    data: data.labels ?? [],
    axisLabel: { color: seen.ink, fontSize: seen.size, hideOverlap: true, width: flat ? 110 : undefined, overflow: "truncate" },
    axisLine: { lineStyle: { color: seen.line } },
    axisTick: { show: false },
    inverse: flat,
  };
  const values: Option = {
    type: "value",
    axisLabel: { color: seen.ink, fontSize: seen.size, formatter: write },
    splitLine: { lineStyle: { color: seen.line } },
    splitNumber: 4,
  };
  const legend = (data.series?.length ?? 0) > 1;
  return {
    grid: { left: 4, right: flat ? 24 : 8, top: legend ? seen.size * 3 : 12, bottom: 2, containLabel: true },
    legend: legend
      ? { type: "scroll", pageIconColor: seen.ink, pageIconInactiveColor: seen.line, pageTextStyle: { color: seen.ink }, right: 0, top: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: seen.ink, fontFamily: seen.font, fontSize: seen.size } }
      : undefined,
    xAxis: flat ? values : names,
    yAxis: flat ? names : values,
  };
}

function targetLine(data: ChartData, seen: Look, flat: boolean): Option | undefined {
  if (data.target === undefined || data.target === null) return undefined;
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: seen.ink, type: "dashed", width: 1 },
    label: { color: seen.ink, formatter: data.targetLabel ?? "", position: flat ? "end" : "insideEndTop" },
    data: [flat ? { xAxis: data.target } : { yAxis: data.target }],
  };
}

function bars(data: ChartData, seen: Look, stack: boolean, flat: boolean): Option[] {
  const last = (data.series?.length ?? 1) - 1;
  return (data.series ?? []).map((one, index) => ({
    name: one.name,
    type: "bar",
    stack: stack ? "all" : undefined,
    data: one.data,
    barMaxWidth: flat ? 16 : 28,
    barGap: "20%",
    cursor: one.links ? "pointer" : "default",
    itemStyle: {
      color: one.muted ? seen.muted : undefined,
      borderRadius: stack && index !== last ? 0 : flat ? [0, 4, 4, 0] : [4, 4, 0, 0],
    },
    markLine: index ? undefined : targetLine(data, seen, flat),
  }));
}

function lines(data: ChartData, seen: Look): Option[] {
  return (data.series ?? []).map((one, index) => ({
    name: one.name,
    type: "line",
    data: one.data,
    smooth: 0.25,
    showSymbol: one.data.length < 2,
    symbolSize: 7,
    lineStyle: { width: 2.25, type: one.dashed ? "dashed" : "solid", color: one.muted ? seen.muted : undefined },
    itemStyle: { color: one.muted ? seen.muted : undefined },
    areaStyle: index === 0 && !one.muted ? { opacity: 0.08 } : undefined,
    markLine: index ? undefined : targetLine(data, seen, false),
  }));
}

function spark(data: ChartData, seen: Look): Option {
  const values = data.series?.[0]?.data ?? [];
  return {
    aria: { enabled: true },
    animation: false,
    color: seen.colors,
    grid: { left: 1, right: 3, top: 4, bottom: 2 },
    xAxis: { type: "category", show: false, data: values.map((_, index) => index), boundaryGap: false },
    yAxis: { type: "value", show: false, min: "dataMin" },
    series: [{ type: "line", data: values, smooth: 0.3, showSymbol: false, silent: true, lineStyle: { width: 1.75 }, areaStyle: { opacity: 0.1 } }],
  };
}

function donut(data: ChartData, seen: Look): Option[] {
  return [{
    type: "pie",
    radius: ["58%", "82%"],
    center: ["50%", "44%"],
    padAngle: 1.5,
    itemStyle: { borderRadius: 4 },
    label: { show: false },
    data: data.items ?? [],
    cursor: data.items?.some((item) => item.link) ? "pointer" : "default",
    emphasis: { scaleSize: 4 },
    color: seen.colors,
  }];
}

function faded(rgba: string, alpha: number): string {
  return rgba.replace(/[\d.]+\)$/, `${alpha.toFixed(2)})`);
}

/** Stages from the first to the last in one colour: the width says how much is left, the label says it in figures. */
function funnel(data: ChartData, seen: Look, write: (value: number) => string): Option[] {
  const items = data.items ?? [];
  const count = Math.max(items.length, 1);
  return [{
    type: "funnel",
    sort: "none",
    left: "2%",
    right: "34%",
    top: 4,
    bottom: 4,
    minSize: "6%",
    gap: 4,
    funnelAlign: "center",
    label: {
      position: "right",
      color: seen.ink,
      fontFamily: seen.font,
      formatter: (item: { name: string; value: number }) => `{n|${item.name}}  {v|${write(item.value)}}`,
      rich: { n: { color: seen.ink, fontSize: seen.size }, v: { color: seen.strong, fontSize: seen.size + 1, fontWeight: 600 } },
    },
    labelLine: { length: 8, lineStyle: { color: seen.line } },
    itemStyle: { borderWidth: 0, borderRadius: 4 },
    data: items.map((item, index) => ({ ...item, itemStyle: { color: faded(seen.colors[0]!, 1 - (index / count) * 0.62) } })),
  }];
}

function gauge(data: ChartData, seen: Look, write: (value: number) => string): Option[] {
  const item = data.items?.[0];
  return [{
    type: "gauge",
    startAngle: 200,
    endAngle: -20,
    min: 0,
    max: data.target ?? 100,
    radius: "98%",
    center: ["50%", "62%"],
    progress: { show: true, width: 12, roundCap: true, itemStyle: { color: seen.colors[0] } },
    axisLine: { roundCap: true, lineStyle: { width: 12, color: [[1, seen.line]] } },
    pointer: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { show: false },
    title: { offsetCenter: [0, "22%"], color: seen.ink, fontSize: seen.size, fontFamily: seen.font },
    detail: { offsetCenter: [0, "-8%"], color: seen.strong, fontSize: 24, fontWeight: 620, fontFamily: seen.font, formatter: write },
    data: item ? [item] : [],
  }];
}

function option(kind: string, data: ChartData): Option {
  const seen = look();
  const write = writer(data.unit);
  if (kind === "spark") return spark(data, seen);
  if (kind === "donut") {
    const legend = { bottom: 0, icon: "circle", itemWidth: 8, itemHeight: 8, textStyle: { color: seen.ink, fontFamily: seen.font } };
    return { ...frame(seen, write, "item"), legend, series: donut(data, seen) };
  }
  if (kind === "funnel") return { ...frame(seen, write, "item"), series: funnel(data, seen, write) };
  if (kind === "gauge") return { ...frame(seen, write, "item"), series: gauge(data, seen, write) };
  const flat = kind === "hbar";
  const series = kind === "line" ? lines(data, seen) : bars(data, seen, kind === "bar-stack", flat);
  return { ...frame(seen, write, "axis"), ...axes(data, seen, write, flat), series };
}

function link(data: ChartData, params: { seriesIndex?: number; dataIndex?: number }): string | undefined {
  const index = params.dataIndex ?? -1;
  return data.items?.[index]?.link ?? data.series?.[params.seriesIndex ?? 0]?.links?.[index];
}

export function mount(box: HTMLElement): void {
  const data = json<ChartData>(box.dataset.source ?? "") ?? {};
  const kind = box.dataset.chart ?? "bar";
  const chart = echarts.init(box, undefined, { renderer: "svg" });
  const draw = (): void => chart.setOption(option(kind, data) as never, true);
  draw();
  chart.on("click", (params) => {
    const url = link(data, params as { seriesIndex?: number; dataIndex?: number });
    if (url) location.assign(url);
  });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(box);
  const redraw = (): void => {
    if (box.isConnected) return draw();
    document.removeEventListener("theme-changed", redraw);
    observer.disconnect();
    chart.dispose();
  };
  document.addEventListener("theme-changed", redraw);
}
