#!/usr/bin/env node
// The `guanjia` command: runs app/cli.ts of a source checkout as it is, or dist/app/cli.js of a build.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = new URL('../app/cli.ts', import.meta.url)
const built = new URL('../dist/app/cli.js', import.meta.url)

function canResolve(name) {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

if (!canResolve('zod')) giveUp('依赖还没有安装，请先在项目目录运行 npm ci（或直接运行 npm start）。')
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api')
  register()
  await import(source.href)
} else if (existsSync(built)) {
  await import(built.href)
} else {
  giveUp('找不到程序，请先在项目目录运行 npm run build。')
}
