// The text of a Windows event (`<Event xmlns=…>`) to an element tree; what was cut off at the end is left out. Called by the Windows XML parser.
import { SaxesParser } from 'saxes'
import { isSafeKey } from '../merge-draft.js'
import { xmlNode, type XmlNode } from './xml-node.js'

const MAX_DEPTH = 40
const MAX_ELEMENTS = 4_096

/** The first `Event` element, or undefined when there is none. Never throws; entities beyond XML's own five are not resolved. */
export function readEventXml(text: string): XmlNode | undefined {
  const root = xmlNode('')
  const open: XmlNode[] = [root]
  let elements = 0
  let over = false
  const parser = new SaxesParser({ fragment: true })
  // A fault ends the reading: what came before it is still good.
  parser.on('error', () => {
    over = true
  })
  parser.on('opentag', tag => {
    if (over) return
    elements += 1
    if (elements > MAX_ELEMENTS || open.length > MAX_DEPTH) {
      over = true
      return
    }
    const node = xmlNode(tag.name)
    for (const [name, value] of Object.entries(tag.attributes as Record<string, string>)) if (isSafeKey(name)) node.attributes[name] = value
    open.at(-1)?.children.push(node)
    open.push(node)
  })
  parser.on('closetag', () => {
    if (!over && open.length > 1) open.pop()
  })
  const take = (value: string): void => {
    const node = open.at(-1)
    if (!over && node !== undefined) node.text += value
  }
  parser.on('text', take)
  parser.on('cdata', take)
  try {
    parser.write(text).close()
  } catch {
    return undefined
  }
  return root.children.find(child => child.name === 'Event')
}
