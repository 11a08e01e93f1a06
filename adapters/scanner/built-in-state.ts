// The state of what needs no program: always ready, with this product's own version.
import type { EngineState } from '../../core/ports/scan-engine.js'

export function builtInState(id: string, title: string): EngineState {
  return { id, title, ready: true, version: '内置', path: null, rights: '普通连接，不需要特权', install: null }
}
