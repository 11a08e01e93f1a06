// A chart as a picture: echarts draws SVG without a browser, resvg makes pixels of it.
import { Resvg } from '@resvg/resvg-js'
import * as echarts from 'echarts'
import type { ChartSpec } from '../../core/ports/documents.js'
import { readable } from './blocks.js'
import { FONT_NAME, regularFont } from './fonts.js'

const WIDTH = 720
/** Pixels of the picture for one of the drawing. */
const SHARPNESS = 2
const colours = ['#2b6cb0', '#d97706', '#0f766e', '#b91c1c', '#6d28d9', '#64748b']
/** Gravest first, as the levels are listed. */
const levels: Readonly<Record<string, string>> = {
  严重: '#991b1b',
  高危: '#dc2626',
  中危: '#d97706',
  低危: '#2b6cb0',
  提示: '#94a3b8',
  超期: '#dc2626',
  期内: '#2b6cb0',
}

export interface Picture {
  readonly png: Buffer
  readonly width: number
  readonly height: number
}

export function chartPicture(spec: ChartSpec): Picture {
  const height = spec.kind === 'ranking' ? 90 + 30 * spec.labels.length : 280
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(optionOf(spec))
    return pixels(chart.renderToSVGString(), WIDTH, height)
  } finally {
    chart.dispose()
  }
}

export function pixels(svg: string, width: number, height: number): Picture {
  const image = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'width', value: width * SHARPNESS },
    font: { fontFiles: [regularFont], loadSystemFonts: false, defaultFontFamily: FONT_NAME },
  })
  return { png: Buffer.from(image.render().asPng()), width, height }
}

function optionOf(spec: ChartSpec): echarts.EChartsCoreOption {
  const text = { fontFamily: FONT_NAME, color: '#334155' }
  const labels = spec.labels.map(readable)
  const names = spec.series.length > 1
  const category = { type: 'category' as const, data: labels, axisLabel: { ...text, fontSize: 12 }, axisTick: { show: false } }
  const value = {
    type: 'value' as const,
    name: spec.unit,
    minInterval: spec.unit === '分' ? undefined : 1,
    axisLabel: { ...text, fontSize: 12 },
    splitLine: { lineStyle: { color: '#e2e8f0' } },
    ...(spec.unit === '分' ? { min: (range: { min: number }) => Math.max(0, Math.floor((range.min - 5) / 10) * 10), max: 100 } : {}),
  }
  const isRanking = spec.kind === 'ranking'
  return {
    animation: false,
    textStyle: text,
    title: { text: readable(spec.title), left: 0, top: 0, textStyle: { ...text, fontSize: 15, fontWeight: 'normal' } },
    ...(names ? { legend: { right: 0, top: 0, textStyle: text, itemWidth: 14, itemHeight: 10 } } : {}),
    grid: { left: 8, right: isRanking ? 48 : 16, top: 48, bottom: 8, containLabel: true },
    xAxis: isRanking ? { ...value, name: '' } : category,
    yAxis: isRanking ? { ...category, inverse: true } : value,
    series: spec.series.map((series, index) => ({
      name: readable(series.name),
      type: spec.kind === 'line' ? ('line' as const) : ('bar' as const),
      data: [...series.values],
      itemStyle: { color: levels[series.name] ?? colours[index % colours.length] },
      ...(spec.kind === 'line' ? { symbolSize: 5, lineStyle: { width: 2.5 } } : { barMaxWidth: 32 }),
      ...(spec.kind === 'stacked' ? { stack: 'all' } : {}),
      ...(isRanking ? { label: { show: true, position: 'right' as const, fontFamily: FONT_NAME, color: '#334155' } } : {}),
    })),
  }
}
