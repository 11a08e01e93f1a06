// `npm run campaign -- lab`: patrols of 23 machines in network namespaces with every engine there is; needs root. The last line is JSON.
import { netnsAvailable } from '../support/netns.js'
import { makeLab } from '../support/lab.js'
import { labStory } from '../support/lab-story.js'

const able = netnsAvailable()
if (!able.ok) {
  process.stdout.write(`${JSON.stringify({ campaign: 'lab', skipped: able.reason })}\n`)
} else {
  const lab = await makeLab()
  try {
    const { outcome, faults } = labStory(lab)
    for (const { kind, state, seconds, seen, found } of outcome.results)
      process.stderr.write(`${kind} ${state} ${seconds} s, ${seen.length} seen, ${found.join(', ')}\n`)
    process.stdout.write(
      `${JSON.stringify({ campaign: 'lab', faults, seen: outcome.results[0]?.seen.length, seconds: outcome.results.map(step => step.seconds) })}\n`,
    )
    process.exitCode = faults.length === 0 ? 0 : 1
  } finally {
    await lab.remove()
  }
}
