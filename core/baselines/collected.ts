// How the inputs of a baseline are collected by one read-only script, and how its output is taken apart again. Pure; used by `guanjia baseline`.
import type { Baseline } from './baseline.js'
import type { Collected } from './evaluate.js'

const MARK = '@@guanjia'
/** Of one input (bytes). */
const MOST_INPUT = 1_048_576

/**
 * A script for `sh -s`, over one SSH connection or locally: every command is of the baseline, none takes text from the target, each has its time
 * limit, and what could not be read says so.
 */
export function collectorScript({ baseline, inputs }: Baseline): string {
  const lines = Object.entries(inputs).map(([name, { file, run, timeout }]) => {
    const command = file === undefined ? (run ?? 'true') : `cat ${quoted(file)}`
    return [
      `printf '%s begin %s\\n' '${MARK}' ${name}`,
      `timeout ${timeout} sh -c ${quoted(command)} 2>"$said" | head -c ${MOST_INPUT}`,
      // The pipe hides the command's own result: an empty answer with words on stderr is a failure.
      `printf '\\n%s end %s %s\\n' '${MARK}' ${name} "$(head -c 200 "$said" | tr '\\n' ' ')"`,
    ].join('\n')
  })
  return [
    '#!/bin/sh',
    `# ${baseline.id} ${baseline.version}: reads only, changes nothing.`,
    'LC_ALL=C; export LC_ALL',
    'said=$(mktemp) || exit 1',
    `trap 'rm -f "$said"' EXIT`,
    ...lines,
    '',
  ].join('\n')
}

/** Undefined when the text is not the output of a collector. */
export function readCollected(text: string): Record<string, Collected> | undefined {
  const inputs: Record<string, Collected> = {}
  let open: { readonly name: string; readonly lines: string[] } | undefined
  for (const line of text.split(/\r?\n/)) {
    const [, kind = '', name = '', said = ''] = /^@@guanjia (begin|end) ([a-z][a-z0-9_]{0,40}) ?(.*)$/.exec(line) ?? []
    if (kind === 'begin') open = { name, lines: [] }
    else if (kind === 'end' && open?.name === name) {
      const body = open.lines.join('\n').trimEnd()
      inputs[name] = body === '' && said.trim() !== '' ? { problem: said.trim().slice(0, 200) } : { text: body }
      open = undefined
    } else open?.lines.push(line)
  }
  if (open) inputs[open.name] = { problem: '采集中断' }
  return Object.keys(inputs).length === 0 ? undefined : inputs
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
