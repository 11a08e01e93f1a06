// The list of formats, in the order in which they are asked whether a file is theirs: the particular before the general.
import type { ScanImport } from '../../core/ports/scan-import.js'
import type { ScanFormat } from './define-format.js'
import { acunetix, invicti } from './formats/acunetix.js'
import { burp, burpApi, burpDast } from './formats/burp.js'
import { generic } from './formats/generic.js'
import { aide, chkrootkit, dockerBench, lynis, rkhunter } from './formats/host-audits.js'
import { fscan, nexpose, outpost24 } from './formats/infrastructure.js'
import { nessus } from './formats/nessus.js'
import { nikto } from './formats/nikto.js'
import { nmap } from './formats/nmap.js'
import { openscap } from './formats/openscap.js'
import { openvas } from './formats/openvas.js'
import { grype, harbor, trivy, wazuh } from './formats/packages.js'
import { hydra, medusa, ncrack } from './formats/passwords.js'
import { masscan, naabu } from './formats/port-lists.js'
import { httpx, nuclei } from './formats/projectdiscovery.js'
import { qualys, qualysInfrascan, qualysVmdr, qualysWebapp } from './formats/qualys.js'
import { table } from './formats/table.js'
import { sshAudit, sslscan, sslyze, testssl } from './formats/tls.js'
import { nettacker, sqlmap, wapiti, whatweb, wpscan, xray } from './formats/web-scanners.js'
import { zap } from './formats/zap.js'
import { readScan } from './read-scan.js'

export const formats: readonly ScanFormat[] = [
  nmap,
  masscan,
  nuclei,
  httpx,
  nessus,
  openvas,
  qualysVmdr,
  qualys,
  qualysInfrascan,
  qualysWebapp,
  nexpose,
  outpost24,
  acunetix,
  invicti,
  burp,
  burpApi,
  burpDast,
  zap,
  wapiti,
  openscap,
  sslscan,
  sslyze,
  testssl,
  sshAudit,
  hydra,
  ncrack,
  medusa,
  lynis,
  aide,
  rkhunter,
  chkrootkit,
  dockerBench,
  wpscan,
  whatweb,
  sqlmap,
  nettacker,
  xray,
  trivy,
  harbor,
  wazuh,
  grype,
  nikto,
  naabu,
  fscan,
  generic,
  table,
]

export const scanImport: ScanImport = {
  formats: formats.map(({ id, title }) => ({ id, title })),
  read: (file, options) => readScan(formats, file, options),
}
