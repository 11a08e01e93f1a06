// The native checks, one line each; unprotected-services.ts asks them.
import type { NativeCheck } from '../define-check.js'
import { ftpAnonymous } from './ftp-anonymous.js'
import { dockerOpen, elasticsearchOpen } from './http-open.js'
import { memcachedOpen } from './memcached-open.js'
import { mongodbOpen } from './mongodb-open.js'
import { redisNoPassword } from './redis-no-password.js'
import { rsyncOpen } from './rsync-open.js'
import { snmpDefaultCommunity } from './snmp-default-community.js'
import { zookeeperOpen } from './zookeeper-open.js'

export const nativeChecks: readonly NativeCheck[] = [
  redisNoPassword,
  mongodbOpen,
  elasticsearchOpen,
  memcachedOpen,
  dockerOpen,
  zookeeperOpen,
  rsyncOpen,
  ftpAnonymous,
  snmpDefaultCommunity,
]
