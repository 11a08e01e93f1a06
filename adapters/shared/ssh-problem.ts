// What a failed SSH session means for the caller of a device port; used by every driver that works over SSH.
import { AppError } from '../../core/errors.js'
import { misconfigured } from './ssh-address.js'
import type { SshFailure } from './ssh.js'

export function sshProblem(device: string, cause: SshFailure): AppError {
  // Trying again does not help these two; a person has to look at the device row.
  if (cause.reason === 'host-key') return misconfigured(device, '主机密钥与登记的不一致', cause)
  if (cause.reason === 'authentication') return misconfigured(device, '设备不接受登记的凭据', cause)
  if (cause.reason === 'algorithms') return misconfigured(device, '设备只会已淘汰的 SSH 算法，须在地址里写明 legacy=yes', cause)
  if (cause.reason === 'output-too-large') return new AppError('DEVICE_REFUSED', { device, answer: 'the answer is too long' }, { cause })
  return new AppError('DEVICE_UNREACHABLE', { device, answer: cause.reason }, { cause })
}
