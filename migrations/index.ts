// All migrations, oldest first. A merged migration is never edited.
import { InitialSchema1795500000000 } from './1795500000000-initial-schema.js'
import { DeliveryRoads1795600000000 } from './1795600000000-delivery-roads.js'
import { SuppressionsAndTriage1795640000000 } from './1795640000000-suppressions-and-triage.js'
import { IntelFeeds1795700100000 } from './1795700100000-intel-feeds.js'
import { SourceHealth1795700300000 } from './1795700300000-source-health.js'
import { RobotModes1795710000000 } from './1795710000000-robot-modes.js'
import { Uploads1795720000000 } from './1795720000000-uploads.js'
import { Findings1796100000000 } from './1796100000000-findings.js'
import { Timers1796200000000 } from './1796200000000-timers.js'
import { DisposalParameters1796300000000 } from './1796300000000-disposal-parameters.js'
import { DutyAndLeave1796310000000 } from './1796310000000-duty-and-leave.js'
import { Cases1796320000000 } from './1796320000000-cases.js'
import { Playbooks1796320100000 } from './1796320100000-playbooks.js'
import { Patrols1796330000000 } from './1796330000000-patrols.js'
import { Assets1796340000000 } from './1796340000000-assets.js'
import { Reports1796360000000 } from './1796360000000-reports.js'
import { WebAccess1796370000000 } from './1796370000000-web-access.js'

export const migrations = [
  InitialSchema1795500000000,
  DeliveryRoads1795600000000,
  SuppressionsAndTriage1795640000000,
  IntelFeeds1795700100000,
  SourceHealth1795700300000,
  RobotModes1795710000000,
  Uploads1795720000000,
  Findings1796100000000,
  Timers1796200000000,
  DisposalParameters1796300000000,
  DutyAndLeave1796310000000,
  Cases1796320000000,
  Playbooks1796320100000,
  Patrols1796330000000,
  Assets1796340000000,
  Reports1796360000000,
  WebAccess1796370000000,
] as const
