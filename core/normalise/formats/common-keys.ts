// Names many makers give to the same thing (src, srcip, sip, 源IP …) and the ECS names they stand for; used for every format and for unknown ones.
import { ownText } from '../../own-text.js'

/** Names are compared in lower case without `_`, `-`, `.`, blanks; of several in a line the one listed first counts. */
const NAMES: readonly (readonly [path: string, names: string])[] = [
  [
    'source.ip',
    'srcip src_ip src sip source_ip source-ip sourceip srcaddr src_addr source_address sourceaddress sourceipaddress srcipaddr s_ip src_ipv4 srcipv4 i_srcip attacker_ip attackerip attack_ip attackip att_src attsrc client_ip clientip c_ip cip client_addr clientaddr client remote_ip remoteip remote_addr remoteaddr remote_address ip_src ipsrc saddr fromip from_ip callerip caller_ip login_ip loginip user_ip userip usr_ip hst_ip hostip_src origin_ip access_ip r_sip_s fwsrcip local_src sourcehostip src_host srchost initiatorip 源ip 源IP地址 源地址 来源ip 来源地址 攻击ip 攻击源ip 攻击者ip 攻击源 客户端ip 客户端地址 登录ip 登陆ip 访问ip 源ip地址 访问者ip personuip ipaddr ipaddress sourceaddr aip calling-station-ip peer_ip peerip tunnelip public_ip real_client_ip realip src-ip from ip',
  ],
  [
    'destination.ip',
    'dstip dst_ip dst dip destination_ip destination-ip destip dest_ip destinationip dstaddr dst_addr dest_addr destaddr destination_address destinationaddress dstipaddr d_ip dst_ipv4 dstipv4 i_dstip victim_ip victimip server_ip serverip s_server_ip target_ip targetip ip_dst ipdst daddr toip to_ip dest destination resip r_dip_s dsthost dst_host responderip 目的ip 目的地址 目标ip 目标地址 目的ip地址 目标ip地址 被攻击ip 受害ip 受害者ip 服务器ip 服务端ip 攻击目标ip dst-ip service_ip host_dst',
  ],
  [
    'source.port',
    'srcport src_port sport spt source_port source-port sourceport s_port i_srcport attacker_port attackerport client_port clientport remote_port remoteport sp r_sport 源端口 客户端端口 来源端口 攻击源端口 src-port l4srcport',
  ],
  [
    'destination.port',
    'dstport dst_port dport dpt destination_port destination-port destport dest_port destinationport d_port i_dstport victim_port server_port serverport target_port targetport dp r_dport 目的端口 目标端口 服务器端口 服务端口 服务端端口 dst-port l4dstport',
  ],
  ['source.mac', 'srcmac src_mac smac s_mac s_srcmac sourcemac source_mac 源mac 源mac地址 client_mac'],
  ['destination.mac', 'dstmac dst_mac dmac d_mac s_dstmac destmac dest_mac destination_mac 目的mac 目的mac地址'],
  ['source.nat.ip', 'transip snat_ip snatip srcnatip nat_src_ip natsrcip natsourceip sourcetranslatedaddress nat_source_address'],
  ['destination.nat.ip', 'dnat_ip dnatip dstnatip nat_dst_ip natdstip natdestip destinationtranslatedaddress'],
  ['source.nat.port', 'transport_port snat_port srcnatport natsrcport sourcetranslatedport'],
  ['destination.nat.port', 'dnat_port dstnatport natdstport destinationtranslatedport'],
  ['network.protocol', 'app_protocol appprotocol application_protocol app_proto 应用协议 service_name'],
  ['network.transport', 'proto protocol protocol_name protoname transport ip_proto l4_protocol i_ipproto 协议 协议类型 传输协议'],
  ['network.application', 'app app_name appname application application_name applicationname 应用 应用名称'],
  ['network.direction', 'direction 方向 攻击方向'],
  [
    'observer.ingress.interface.name',
    'srcintf in_if_name inif indev sdev ingress_interface inbound_interface src_intf 入接口 deviceinboundinterface',
  ],
  [
    'observer.egress.interface.name',
    'dstintf out_if_name outif outdev ddev egress_interface outbound_interface dst_intf 出接口 deviceoutboundinterface',
  ],
  ['observer.ingress.zone', 'srczone src_zone source_zone sourcezone srczonename 源区域 源安全域'],
  ['observer.egress.zone', 'dstzone dst_zone dest_zone destination_zone destinationzone dstzonename 目的区域 目的安全域'],
  [
    'user.name',
    'user username user_name usrname usr_name suser account account_name accountname loginname login_name operator admin adminname login userid_name loginuser login_user srcuser src_user source_user s_user db_user dbuser db_usr useraccount user_account u_name 用户 用户名 用户名称 账号 登录用户 操作用户 管理员 操作员 账户 登录名 帐号 duser usrName',
  ],
  ['user.group.name', 'group_name usergroup user_group user_group_name grp_name 用户组'],
  [
    'event.action',
    'action act event_action handle_action op_action deviceaction device_action system_action 动作 系统动作 处理动作 处置动作 执行动作 响应动作 处理结果 disposition verdict',
  ],
  ['event.outcome', 'outcome result status 结果 操作结果 登录结果 ret op_result operresult eventoutcome 状态'],
  ['event.reason', 'reason 原因 cause fail_reason failreason'],
  [
    'rule.name',
    'rule_name rulename policyname policy_name policy securitypolicy security_policy ruleset_name 规则名称 策略名称 策略名 规则 策略 rule aclname acl_name attack_name attackname attack signature signame sign_name signaturename sig_name alert_name alertname event_name eventname threat_name threatname threat virus_name virusname virus vul_name vulname vuln_name 威胁名称 攻击名称 事件名称 漏洞名称 病毒名 病毒名称 告警名称 特征名称',
  ],
  [
    'rule.id',
    'rule_id ruleid policyid policy_id sid signatureid signature_id sign_id signid sig_id attackid attack_id threatid threat_id 规则id 触发规则 策略id 特征id r_ruleid',
  ],
  [
    'rule.category',
    'attack_type attacktype threat_type threattype event_type_name category cat catdesc class event_class virus_type virustype subcat 攻击类型 威胁类型 事件类型 病毒类型 漏洞类型 告警类型 攻击分类 type_name r_type_name eventcat',
  ],
  [
    'event.severity_name',
    'severity level risk_level risklevel threat_level threatlevel alert_level alertlevel pri priority attack_level event_level serverity 级别 严重级别 严重等级 危险等级 风险等级 威胁等级 威胁级别 告警级别 事件级别 危险级别 威胁 风险级别 crlevel loglevel',
  ],
  ['message', 'msg message description desc detail event_desc 描述 消息 详情 信息 content 内容'],
  [
    'url.original',
    'url uri request_url requesturl req_url http_url target_url cs_uri uri_path request 请求url URL地址 url地址 访问url 请求地址 攻击url',
  ],
  ['url.domain', 'domain dstdomain url_domain http_host site host_header sitename 域名 dstname'],
  ['url.path', 'urlpath url_path path_info'],
  [
    'http.request.method',
    'method http_method httpmethod requestmethod request_method req_method reqmethod 请求方法 请求方式 requestmethodname',
  ],
  [
    'http.response.status_code',
    'status_code statuscode http_status http_status_code response_code responsecode http_code resp_code rsp_code retcode_http HTTP响应码 HTTP/S响应码 响应码 状态码 返回码',
  ],
  ['user_agent.original', 'user_agent useragent user-agent http_user_agent ua agent requestclientapplication 客户端环境 用户代理'],
  ['http.request.referrer', 'referer referrer http_referer requestcontext'],
  ['file.name', 'filename file_name fname 文件名 文件名称'],
  ['file.path', 'filepath file_path detail_file_path 文件路径 病毒路径'],
  ['file.hash.md5', 'md5 file_md5 filemd5 hash_md5 文件md5'],
  ['file.hash.sha256', 'sha256 file_sha256 filesha256'],
  ['file.size', 'filesize file_size fsize 文件大小'],
  ['process.name', 'process process_name processname proc_name procname 进程名 进程 进程名称'],
  ['process.command_line', 'cmdline command_line commandline cmd command 命令 执行命令 detail_cmdline'],
  [
    'host.name',
    'hostname host_name computer computername computer_name machine devname dev_name devicename device_name 主机名 计算机名 计算机名称 设备名称 主机名称 dvchost',
  ],
  ['observer.serial_number', 'devid dev_id device_id deviceid serial serial_number serialnum sn 设备id 设备序列号'],
  ['observer.ip', 'dev_ip devip device_ip deviceip 设备ip dvc'],
  ['source.bytes', 'sentbyte sent_bytes bytes_sent sendbytes send_bytes sentbytes sent out_bytes bytesout up_bytes'],
  [
    'destination.bytes',
    'rcvdbyte rcvd_bytes bytes_received rcvbytes rcv_bytes recv_bytes recvbytes rcvd receivedbytes in_bytes bytesin down_bytes',
  ],
  ['source.packets', 'sentpkt sendpkts packets_sent sentpackets'],
  ['destination.packets', 'rcvdpkt rcvpkts packets_received rcvdpackets'],
  ['event.duration_seconds', 'duration elapsed'],
  ['dns.question.name', 'qname query dns_query query_name domain_name dnsquery 请求域名'],
  ['vulnerability.id', 'cve cve_id cveid cve编号'],
  [
    '@timestamp',
    'timestamp event_time eventtime rt deviceReceiptTime devicereceipttime start starttime start_time logtime log_time i_logtime gentime gen_time begintime begin_time_c create_time createtime created_at happentime happen_time occur_time occurtime attack_time attacktime alert_time_at receive_time receivedtime record_time access_time accesstime login_time_at op_time optime operdate time 发生时间 时间 告警时间 攻击时间 日志时间 产生时间 事件时间 登录时间 操作时间 开始时间 datetime devtime event_timestamp date_time begintime_c eventdate r_time_s date ts',
  ],
]

/** Comparable form of a key; cheap enough for every pair of every line. */
const known = new Map<string, string>()
export function comparable(key: string): string {
  const seen = known.get(key)
  if (seen !== undefined) return seen
  const out = key
    .toLowerCase()
    .replace(/[\s_.\-/:]/g, '')
    .replace(/[（(]\d+[)）]$/, '')
  // Devices have few keys, forgers have many and long ones: those are not kept, nor the line a key was cut out of.
  if (known.size < 20_000 && key.length <= 64) known.set(ownText(key), out)
  return out
}

export interface Usual {
  readonly path: string
  /** Lower is better. */
  readonly rank: number
}
const table = new Map<string, Usual>()
for (const [path, names] of NAMES)
  for (const [rank, name] of names.split(' ').entries()) {
    const key = comparable(name)
    if (!table.has(key)) table.set(key, { path, rank })
  }

export function usualKey(key: string): Usual | undefined {
  return table.get(comparable(key))
}

/** Keys of the CEF and LEEF dictionaries that mean something else, or nothing, elsewhere. */
const HEADER_NAMES: Readonly<Record<string, string>> = {
  src: 'source.ip',
  c6a2: 'source.ip',
  c6a3: 'destination.ip',
  sourceaddress: 'source.ip',
  dst: 'destination.ip',
  spt: 'source.port',
  srcport: 'source.port',
  sourceport: 'source.port',
  dpt: 'destination.port',
  dstport: 'destination.port',
  shost: 'source.domain',
  dhost: 'destination.domain',
  smac: 'source.mac',
  dmac: 'destination.mac',
  srcmac: 'source.mac',
  dstmac: 'destination.mac',
  suser: 'user.name',
  usrname: 'user.name',
  duser: 'user.name',
  act: 'event.action',
  cat: 'rule.category',
  proto: 'network.transport',
  app: 'network.protocol',
  request: 'url.original',
  url: 'url.original',
  requestmethod: 'http.request.method',
  method: 'http.request.method',
  requestclientapplication: 'user_agent.original',
  requestcontext: 'http.request.referrer',
  rt: '@timestamp',
  devtime: '@timestamp',
  start: '@timestamp',
  end: '@timestamp',
  outcome: 'event.outcome',
  reason: 'event.reason',
  msg: 'message',
  fname: 'file.name',
  filepath: 'file.path',
  filehash: 'file.hash.value',
  fsize: 'file.size',
  sproc: 'process.name',
  dproc: 'process.name',
  dvc: 'observer.ip',
  dvchost: 'observer.hostname',
  in: 'destination.bytes',
  out: 'source.bytes',
  srcbytes: 'source.bytes',
  dstbytes: 'destination.bytes',
  sourcetranslatedaddress: 'source.nat.ip',
  sourcetranslatedport: 'source.nat.port',
  destinationtranslatedaddress: 'destination.nat.ip',
  destinationtranslatedport: 'destination.nat.port',
  devicedirection: 'network.direction',
  deviceinboundinterface: 'observer.ingress.interface.name',
  deviceoutboundinterface: 'observer.egress.interface.name',
  signatureid: 'rule.id',
  name: 'rule.name',
  severity: 'event.severity_name',
  sev: 'event.severity_name',
  policy: 'rule.ruleset',
  externalid: 'event.id',
}
const headerTable = new Map(Object.entries(HEADER_NAMES).map(([name, path], rank): [string, Usual] => [name, { path, rank }]))

/** The same for the keys of CEF and LEEF. */
export function headerKey(key: string): Usual | undefined {
  return headerTable.get(comparable(key))
}
