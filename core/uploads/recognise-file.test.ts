import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { recogniseFile } from './recognise-file.js'

/** A zip of these entries; `claims` is what its directory says an entry unpacks to. */
function zip(entries: readonly { name: string; bytes?: Buffer; claims?: number; flags?: number }[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes = Buffer.from('x'), claims, flags = 0 } of entries) {
    const packed = deflateRawSync(bytes)
    const label = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt16LE(label.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(claims ?? bytes.length, 24)
    entry.writeUInt16LE(label.length, 28)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, label, packed)
    directory.push(entry, label)
    offset += 30 + label.length + packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...directory, end])
}
const office = (folder: string, ...more: string[]) => zip(['[Content_Types].xml', `${folder}/a.xml`, ...more].map(name => ({ name })))
const problem = (name: string, bytes: Buffer): unknown => {
  try {
    return recogniseFile(name, bytes)
  } catch (error) {
    return (error as { facts: { problem: string } }).facts.problem
  }
}

describe('what a file is', () => {
  it.each([
    ['a.png', Buffer.from('89504e470d0a1a0a00', 'hex'), 'png'],
    ['a.JPG', Buffer.from('ffd8ffe000104a46', 'hex'), 'jpeg'],
    ['a.pdf', Buffer.from('%PDF-1.7\n'), 'pdf'],
    ['资产.xlsx', office('xl'), 'xlsx'],
    ['a.docx', office('word'), 'docx'],
    ['a.zip', zip([{ name: 'a.csv' }]), 'zip'],
    ['a.nessus', Buffer.from('\ufeff<?xml version="1.0"?>'), 'xml'],
    ['a.json', Buffer.from('  {"a":1}'), 'json'],
    ['资产.csv', Buffer.from('名称,地址\nOA,10.0.0.1\n'), 'text'],
    ['gbk.csv', Buffer.from('c3fbb3c62cb5d8d6b70a', 'hex'), 'text'],
    ['report.txt', Buffer.from('<html>'), 'xml'],
  ])('%s is told from its bytes', (name, bytes, kind) => {
    expect(recogniseFile(name, bytes)).toBe(kind)
  })
})

describe('what is refused in one sentence', () => {
  it.each([
    ['photo.png', Buffer.from('MZ\0\0\0\0'), /这种文件不接收/],
    ['资产.xlsx', Buffer.from('%PDF-1.7'), /后缀对不上/],
    ['a.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /另存为 xlsx/],
    ['a.tgz', Buffer.from('1f8b0800', 'hex'), /请用 zip/],
    ['a.zip', Buffer.from('504b0304ffff', 'hex'), /损坏/],
    ['bomb.zip', zip([{ name: 'a.csv', claims: 3_000_000_000 }]), /压缩炸弹/],
    ['bomb.xlsx', zip([{ name: 'a.xml', bytes: Buffer.alloc(5_000_000) }]), /压缩炸弹/],
    ['a.zip', zip([{ name: 'inner.zip' }]), /还有压缩包/],
    ['a.zip', zip([{ name: 'a.csv', flags: 1 }]), /加密/],
    ['a.xlsx', office('xl', 'xl/vbaProject.bin'), /带宏/],
  ])('%s', (name, bytes, sentence) => {
    expect(problem(name, bytes)).toMatch(sentence)
  })
})
