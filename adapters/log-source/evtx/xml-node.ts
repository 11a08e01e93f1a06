// A small element tree, what a binary record becomes, and its way to text. Used in this folder only.

export interface XmlNode {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: XmlNode[]
  /** All text directly inside, joined. */
  text: string
}

export function xmlNode(name: string): XmlNode {
  return { name, attributes: Object.create(null) as Record<string, string>, children: [], text: '' }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  // Line ends would tear the line of the archive, other controls are not allowed in XML.
  return text
    .replace(/[&<>"]/g, character => ESCAPES[character] ?? character)
    .replace(/[\r\n\t]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/\p{Cc}/gu, ' ')
}

/** One line of XML; text stands before children. */
export function xmlText(node: XmlNode): string {
  let out = `<${node.name}`
  for (const [name, value] of Object.entries(node.attributes)) out += ` ${name}="${escaped(value)}"`
  if (node.text === '' && node.children.length === 0) return `${out}/>`
  out += `>${escaped(node.text)}`
  for (const child of node.children) out += xmlText(child)
  return `${out}</${node.name}>`
}
