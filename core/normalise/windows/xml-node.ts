// A small element tree, what the text of a Windows event becomes. Used in this folder only.

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

export function childNamed(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find(child => child.name === name)
}
