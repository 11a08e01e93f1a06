import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import readExcelFile from 'read-excel-file/node'
import type { DocumentSource } from '../../core/ports/documents.js'
import { blocksOf } from './blocks.js'
import { columnShares } from './column-widths.js'
import { needProgram } from '../../tests/support/private-process.js'
import { makeDocuments } from './index.js'

const documents = makeDocuments()
const folder = mkdtempSync(join(tmpdir(), 'guanjia-documents-'))
afterAll(async () => {
  await documents.close()
  rmSync(folder, { recursive: true, force: true })
})

const source: DocumentSource = {
  title: '示例大学 安全周报 2026-W47',
  tenantName: '示例大学',
  number: 'RP-uni-261124-001',
  createdAt: '2026-11-24T00:30:00.000Z',
  markdown: [
    '# 示例大学 安全周报',
    '## 一、一页结论',
    '本期处理告警 1204 条，**需要您确认** 1 项：“OA 升级窗口”。',
    '- 第一件事\n- 第二件事',
    '| 指标 | 本期 |\n| --- | --- |\n| 事件 | 6 |\n| \\<script\\>alert(1)\\</script\\> \\| 竖线 | 𠮷 😀 |',
    ...Array.from({ length: 30 }, (_, i) => `一行文字，使下一个标题落在页尾 ${i}`),
    '## 二、事件与处置',
    '![事件趋势](chart:course)',
    '![外面的图](http://evil.example/p.png)',
    '| 序号 | 说明 |',
    [
      '| --- | --- |',
      ...Array.from({ length: 120 }, (_, i) => `| ${i + 1} | 第 ${i + 1} 行：很长的说明文字，需要在单元格里换行，也要在翻页时重复表头 |`),
    ].join('\n'),
  ]
    .join('\n\n')
    .replace('说明 |\n\n|', '说明 |\n|'),
  charts: {
    course: {
      kind: 'stacked',
      title: '事件趋势',
      unit: '起',
      labels: ['11-16', '11-17'],
      series: [
        { name: '高危', values: [3, 1] },
        { name: '中危', values: [1, null] },
      ],
    },
  },
  sheets: [
    {
      name: '事件明细',
      heads: ['单号', '次数'],
      rows: [
        ['=1+1', 3],
        ['IN-uni-261124-001', 12],
      ],
    },
  ],
  brief: ['**【安全周报】示例大学**', '告警 1204 → 事件 6', '一行非常长的文字，长到手机上的一行放不下，因此要在这里换到下一行再继续显示'],
}
const textOf = (pdf: Buffer): string => {
  const file = join(folder, 'report.pdf')
  writeFileSync(file, pdf)
  return execFileSync(needProgram('pdftotext', 'poppler-utils'), ['-layout', file, '-'], { encoding: 'utf8' })
}

describe('the blocks of Markdown', () => {
  it('are headings, text, lists, tables and pictures of our own', () => {
    expect(blocksOf(source.markdown).map(block => block.kind)).toEqual([
      'heading',
      'heading',
      'paragraph',
      'list',
      'table',
      ...Array.from({ length: 30 }, () => 'paragraph'),
      'heading',
      'picture',
      'paragraph',
      'table',
    ])
  })

  it('keep outside text as text, unseen marks and signs without a glyph aside', () => {
    const table = blocksOf(source.markdown).find(block => block.kind === 'table')

    expect(table?.kind === 'table' && table.rows[1]).toEqual(['<script>alert(1)</script> | 竖线', '□ □'])
  })

  it('give each column its share of the width', () => {
    const shares = columnShares(['序', '说明'], [['1', '很长很长的说明文字'.repeat(20)]])

    expect(shares[0]).toBeLessThan(0.2)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
  })
})

describe('a PDF', () => {
  it('can be searched, repeats the heads of tables, counts its pages and is the same each time', async () => {
    const pdf = await documents.render(source, 'pdf')
    const text = textOf(pdf)
    const pages = text.split('\f').length - 1

    expect(text).toContain('需要您确认')
    expect(text).toContain('<script>alert(1)</script>')
    expect(text).toMatch(new RegExp(`第 ?${pages} ?页 ?/ ?共 ?${pages} ?页`))
    expect(pages).toBeGreaterThan(2)
    for (const page of text.split('\f').slice(0, pages)) expect(page.replaceAll(/\s/g, '').length).toBeGreaterThan(60)
    expect(text.match(/序号 +说明/g)?.length).toBeGreaterThanOrEqual(pages - 2)
    expect(text.match(/RP-uni-261124-001/g)).toHaveLength(pages)
    expect((await documents.render(source, 'pdf')).equals(pdf)).toBe(true)
  })
})

describe('the other formats', () => {
  it.each(['docx', 'xlsx', 'html', 'png'] as const)('%s is the same each time', async format => {
    const first = await documents.render(source, format)

    expect(first.length).toBeGreaterThan(1000)
    expect((await documents.render(source, format)).equals(first)).toBe(true)
  })

  it('the annex keeps text as text and figures as figures', async () => {
    const file = join(folder, 'annex.xlsx')
    writeFileSync(file, await documents.render(source, 'xlsx'))

    const [sheet] = await readExcelFile(file)

    expect(sheet).toMatchObject({
      sheet: '事件明细',
      data: [
        ['单号', '次数'],
        ['=1+1', 3],
        ['IN-uni-261124-001', 12],
      ],
    })
  })

  it('the page loads nothing and runs nothing', async () => {
    const html = (await documents.render(source, 'html')).toString('utf8')

    expect(html).not.toMatch(/<script|src="http|href=/)
    expect(html).toContain('src="data:image/png;base64,')
    expect(html).toContain('&#60;script&#62;alert(1)')
  })
})

describe('what is too much', () => {
  it('is refused', async () => {
    await expect(documents.render({ ...source, markdown: 'x'.repeat(2_000_001) }, 'pdf')).rejects.toMatchObject({ code: 'DOCUMENT_FAILED' })
  })
})
