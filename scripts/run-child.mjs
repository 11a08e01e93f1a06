// Runs one program in the foreground for the scripts: signals pass through, and its end is our end.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Resolves with the exit code; 128 plus the signal's number when a signal ended it, 127 when it could not be started.
 * Ctrl-C reaches the child by the terminal as well: a second signal is for an impatient person and is passed on too.
 */
export function runChild(program, args, options = {}) {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    const passOn = signal => {
      // From a terminal the whole process group has been told already; telling twice would mean "at once" to the product.
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, passOn)
    // `kill` of npm ends the shell between npm and us, which tells nobody: being orphaned is then the signal.
    const parent = process.ppid
    const watch = setInterval(() => {
      if (!process.env.npm_lifecycle_event || process.ppid === parent) return
      clearInterval(watch)
      child.kill('SIGTERM')
    }, 500)
    const end = code => {
      clearInterval(watch)
      for (const signal of SIGNALS) process.off(signal, passOn)
      resolve(code)
    }
    child.on('error', error => {
      process.stderr.write(`${program}: ${error.message}\n`)
      end(127)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
