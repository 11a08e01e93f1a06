// The two charts of the screen as ECharts options; colours by the page's own variables so that dark and light both read well.
import { severities, severityLabel, type Screen, type Severity } from './screen.js'

const colours: Readonly<Record<Severity, string>> = {
  critical: '#c62f2f',
  high: '#e07b1a',
  medium: '#d9b310',
  low: '#3f86c9',
  info: '#8793a1',
}
const font = 'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'

export function hoursOption({ hours }: Screen, ink: string): Record<string, unknown> {
  const labels = hours.map(({ from }) => `${new Date(from).getHours()}时`)
  return {
    textStyle: { fontFamily: font, color: ink },
    aria: { enabled: true },
    tooltip: { trigger: 'axis' },
    legend: { textStyle: { color: ink }, top: 0 },
    grid: { left: 32, right: 8, top: 32, bottom: 24 },
    xAxis: { type: 'category', data: labels, axisLabel: { color: ink } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { color: ink } },
    series: severities.map(severity => ({
      name: severityLabel[severity],
      type: 'bar',
      barMaxWidth: 28,
      stack: 'all',
      itemStyle: { color: colours[severity] },
      data: hours.map(({ counts }) => counts[severity] ?? 0),
    })),
  }
}

export function attackersOption({ attackers }: Screen, ink: string): Record<string, unknown> {
  const rows = [...attackers].reverse()
  return {
    textStyle: { fontFamily: font, color: ink },
    aria: { enabled: true },
    tooltip: { trigger: 'axis' },
    grid: { left: 8, right: 48, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', minInterval: 1, show: false },
    yAxis: { type: 'category', data: rows.map(({ ip }) => ip), axisLabel: { color: ink }, axisTick: { show: false } },
    series: [
      {
        name: '命中',
        type: 'bar',
        barMaxWidth: 28,
        itemStyle: { color: colours.high },
        label: { show: true, position: 'right', color: ink },
        data: rows.map(({ hits }) => hits),
      },
    ],
  }
}
