// A chart as a Vue component: drawn anew when its option changes, fitted to its box, described in words for those who cannot see it.
import { BarChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { defineComponent, h, onBeforeUnmount, onMounted, ref, watch, type PropType } from 'vue'

use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer])

export const Chart = defineComponent({
  props: {
    option: { type: Object as PropType<Record<string, unknown>>, required: true },
    label: { type: String, required: true },
  },
  setup(props) {
    const box = ref<HTMLElement>()
    let chart: EChartsType | undefined
    let sized: ResizeObserver | undefined
    onMounted(() => {
      chart = init(box.value)
      chart.setOption(props.option)
      sized = new ResizeObserver(() => chart?.resize())
      sized.observe(box.value!)
    })
    watch(
      () => props.option,
      option => chart?.setOption(option, { notMerge: true }),
    )
    onBeforeUnmount(() => {
      sized?.disconnect()
      chart?.dispose()
    })
    return () => h('div', { ref: box, class: 'chart', role: 'img', 'aria-label': props.label })
  },
})
