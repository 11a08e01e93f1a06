// What commands of Unix and Windows look like inside a request; part of attack-signs.ts.
import type { Sign } from './sign.js'

const cmd = (id: string, weight: number, pattern: RegExp, on?: 'bare'): Sign => ({
  id,
  kind: 'command-injection',
  weight,
  pattern,
  ...(on === undefined ? {} : { on }),
})

/** Programs whose names are no words anyone writes after a separator. */
const PROGRAMS =
  'aptitude|aria2c|dpkg|rpm|snap|brew|pacman|emerge|apk|zypper|lsusb|lspci|lsns|ionice|chroot|unshare|setarch|taskset|cpulimit|csvtool|dmsetup|dosbox|easy_install|ghostscript|hexdump|htop|ifup|ifdown|journalctl|jjs|jrunscript|ksshell|latexmk|ldconfig|loginctl|logsave|lualatex|msgattrib|mtr|mutt|nawk|mawk|neofetch|nsenter|openvpn|pdflatex|pidstat|pkgconf|pry|psftp|readelf|rlwrap|rpmquery|rsyslogd|rvim|rview|scrot|sendmail|smbclient|sshpass|start-stop-daemon|stdbuf|strace|sysctl|tclsh|tshark|ulimit|update-alternatives|uuencode|uudecode|valgrind|vigr|vipw|virsh|w3m|watch|whiptail|xelatex|xetex|xmodmap|xterm|yelp|zathura|zip|zless|zmore|zrun|zcat|bzcat|xzcat|lzma|arj|basenc|base32|base58|capsh|chage|chattr|lsattr|crash|dialog|dvips|expect|facter|gimp|gtester|iftop|irb|jq|julia|kubeadm|ltrace|mail[xq]|multitime|newgrp|nslookup|octave|perlbug|pexec|pico|pidof|plymouth|rake|restic|run-mailcap|run-parts|setfacl|getfacl|setsid|shuf|slsh|socat|ssh-(?:keygen|keyscan|agent|add)|systemd-\\w+|tasksh|tbl|troff|nroff|groff|unlink|useradd|groupadd|volatility|wish|xargs|xdotool|chpasswd|crontab|doas|fdisk|mkfs|parted|swapoff|bash|zsh|ksh|csh|tcsh|dash|ash|sh|curl|wget|nc|ncat|netcat|nmap|socat|telnet|python[\\d.]*|perl|ruby|php\\d?|node|lua|gawk|awk|sed|egrep|fgrep|grep|zgrep|ls|cat|tac|nl|ps|uname|whoami|ifconfig|ipconfig|netstat|chmod|chown|chgrp|mkfifo|mknod|mkdir|rmdir|rm|cp|mv|dd|xxd|base64|uptime|printenv|env|printf|passwd|useradd|usermod|adduser|userdel|visudo|crontab|systemctl|nslookup|dig|tcpdump|traceroute|tracert|ssh|scp|sftp|rsync|gcc|tar|gzip|gunzip|unzip|bunzip2|busybox|tee|xargs|nohup|sudo|su|pkexec|lsof|lsblk|lsmod|lscpu|df|du|id|pwd|ip|ping6?|arp|route|iptables|kill(?:all)?|pkill|pgrep|hostname|vim?|nano|tftp|ftp|openssl|docker|kubectl|apt(?:-get)?|yum|dnf|pip\\d?|npm|powershell|pwsh|cmd|wmic|certutil|bitsadmin|tasklist|taskkill|systeminfo|regsvr32|rundll32|mshta|cscript|wscript|schtasks|reg|sc|netsh|vssadmin|bcdedit|icacls|cacls|attrib|findstr|qwinsta|whois|cscli|getent|lastlog|dmesg|mysql(?:dump)?|psql|sqlite3|redis-cli|mongo|gdb|strace|screen|tmux|time|timeout|sleep|touch|head|tail|more|less|cut|sort|uniq|tr|wc|diff|find|locate|which|who|w|users|last|finger|history|alias|export|source|eval|exec|echo|set|dir|type|net|start|shutdown|reboot|halt|mount|umount|ln|stat|file|test|od|rev|strings|split|cd|ed|cc|make|emacs|man|at|dash|fetch|lynx|links|axel|lwp-\\w+|host|ed'
/** Of these the ones that are words too: more must follow than the name. */
const WORDS =
  'time|timeout|sleep|touch|head|tail|more|less|cut|sort|uniq|find|locate|which|who|w|users|last|finger|history|alias|export|source|echo|set|dir|type|net|start|shutdown|reboot|halt|mount|stat|file|test|rev|strings|split|make|man|at|dash|fetch|links|host|screen|route|id|ip|node|less|sh|su|reg|sc|cat|ping|env|kill|tee|tar|dd|df|du|ed|cc|cd|ls|ps|cp|mv|nl|nc|dig|rm|ln|mongo|docker|perl|ruby|python|php|mysql|cmd|passwd|hostname|eval|exec|gdb|lua|npm|bash|tr|wc|od|last|diff|users|tac|zsh|ash'
/** They end a sentence as well. */
const ENGLISH =
  '(?:time|timeout|touch|head|tail|more|less|cut|sort|find|locate|which|who|users|last|history|source|echo|set|type|net|start|mount|file|test|split|make|man|at|dash|fetch|links|host|screen|route|watch|kill|stat|node|mongo|passwd|cat|ping|shutdown)\\s*$'
const ARGUMENT = String.raw`(?:\s+(?:[-/.~$*"'<>|\\{]|\w+[./\\:=]|\d+\b|\w+\s*[|;&>])|\s*(?:$|[;|&<>\x60)#'"\n]))`

const separator = String.raw`(?:[;|\n\r\x60]|&&|\$\(|[<>]\(|\{\s|&(?=\s*\S+(?:\s+[-/]|\s*[|;&$])))`
const place = String.raw`(?:[\w.~*?/-]{0,60}/)?`

export const commandSigns: readonly Sign[] = [
  cmd('and-program', 1, new RegExp(`(?:^|[\\s&])&\\s*(?!(?:${WORDS})\\b)(?=\\w{3})(?:${PROGRAMS})(?:\\.exe)?(?![\\w=-])`), 'bare'),
  cmd(
    'shell-variable',
    1,
    /\$\{?(?:shell|bash(?:opts|_version|_env|pid)?|ifs|oldpwd|hostname|path|pwd|home|user|uid|euid|ppid|shlvl|term|ps[124]|cdpath|dirstack|histfile|hostfile|hosttype|machtype|mailpath|optarg|ostype|pipestatus|random|seconds|shellopts|funcname|groups|editor|lang|logname|mail|manpath|temp|tmp(?:dir)?|visual|xauthority)\b\}?/,
  ),
  cmd('double-bracket', 1, /\[\[\s+-?\w.{1,80}\s\]\]|\(\(\s*\w+\s*[=+<>-].{0,40}\)\)/),
  cmd(
    'separated-program',
    1,
    new RegExp(`${separator}\\s*(?:sudo\\s+|time\\s+|exec\\s+|!\\s*)?${place}(?!(?:${WORDS})\\b)(?:${PROGRAMS})(?:\\.exe)?(?![\\w=-])`),
    'bare',
  ),
  cmd(
    'separated-word',
    1,
    new RegExp(
      `(?:[;\\n\\r\`]|\\|\\|?|&&|\\$\\(|[<>]\\()\\s*(?:sudo\\s+)?${place}(?!${ENGLISH})(?:${WORDS})(?:\\.exe)?(?![\\w=-])${ARGUMENT}`,
    ),
    'bare',
  ),
  cmd('and-word', 1, new RegExp(`(?:^|\\s)&\\s*(?:${WORDS})(?:\\.exe)?\\s+(?:[-/~$]\\S|\\S+[./\\\\]\\S)`), 'bare'),
  cmd(
    'leading-program',
    1,
    new RegExp(
      `^\\s*(?:curl|wget|nc|ncat|netcat|telnet|nslookup|dig|ping6?|traceroute|ssh|tftp|ftp)\\s+(?:-\\S+\\s+)*(?:https?:|ftp:|[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}\\b)`,
    ),
    'bare',
  ),
  cmd(
    'leading-flags',
    1,
    new RegExp(`^\\s*(?:sudo\\s+)?${place}(?:${PROGRAMS})\\s+(?:-[a-z]{1,12}\\b|--[a-z]{2,}|[/~]\\w+/|/[a-z]\\s|[$|<>;]|\\*)`),
    'bare',
  ),
  cmd(
    'command-parameter',
    1,
    new RegExp(
      `^(?:cmd|exec|execute|command|run|shell|system|rce|cli|daemon|daemonize|code|do|func|arg)=\\s*${place}(?!(?:${WORDS})\\b)(?:${PROGRAMS})(?:\\.exe)?(?:\\s|$|[;|&])`,
    ),
    'bare',
  ),
  cmd('program-path', 1, /(?:^|[\s=;|&('"`:,<>@])\/?(?:(?:usr|opt)\/(?:local\/)?)?s?bin\/+(?:[\w?*[\]'"\\$@-])/),
  cmd('glob-path', 1, /\/(?:[\w.]*[?*[\]][\w?*[\].-]*)\/+[\w?*[\].-]*[?*[\]]?[\w?*]*\b|\/[\w]{1,10}\/[\w]*\?+[\w?*]*(?:\s|$)/),
  cmd(
    'substitution',
    1,
    new RegExp(
      `\\$\\((?!\\s*(?:['"#.]|\\d+\\s*\\)|document|this|window|function))[^)]{1,200}\\)|\`\\s*${place}(?:${PROGRAMS})\\b[^\`]{0,200}\`|\\$\\(\\(|<<<|\\$\\{?ifs|\\$@|\\$\\{\\w+(?:[#%:/^,@]|\\[)|\\$\\{!|[<>]\\(`,
    ),
  ),
  cmd('brace-list', 1, new RegExp(`\\{\\s*${place}(?:${PROGRAMS}|\\w*/\\w+)\\s*,[^{}:]{0,200}\\}`), 'bare'),
  cmd(
    'split-word',
    1,
    /(?:^|[\s;|&/=])(?:[a-z]{0,12}(?:''|""|``|\\)[a-z])|(?:^|[\s;|&/])(?:[a-z]{1,12}\^+[a-z]+)|[a-z](?:\$(?:@|\*|\{\w*\}))+[a-z]/,
  ),
  cmd(
    'quoted-letter',
    1,
    new RegExp(`(?:^|[;|&\\s])(?=[a-z'"\\\\]*['"][a-z]{1,4}['"][a-z'"]|[a-z]+['"][a-z]+['"])(?!['"]?n['"])[a-z'"\\\\]{3,30}(?=$|[\\s;|&])`),
  ),
  cmd('history', 1, /(?:^|[\s;|&])!(?:-\d|!|\d+|\?\w|\w+:\w)|!-\d/),
  cmd('tilde', 1, /(?:^|[\s=:])~[+-](?:\d|$|\/)/),
  cmd('redirect', 1, /(?:\d?>>?|&>)\s*(?:\/\w|&\d|nul\b|\$)|<\s*\/(?:etc|dev|proc|var)\/|2>&1|>\s*\w+\.(?:php|jsp|asp|sh|txt)\b/),
  cmd('dev-tcp', 1, /\/dev\/(?:tcp|udp)\//),
  cmd('shellshock', 1, /\(\)\s*\{\s*(?::|_|[\w;>])/),
  cmd('assignment', 1, /(?:^|[;&|\s])[a-z_]\w{0,20}=\S{0,200}[;&|]\s*(?:\$|\w+\s+\$)|\bset\s+\/[ap]\b|\bexport\s+\w+=/),
  cmd('alias', 1, /(?:^|[\s;|&`])alias\s+\w+=|(?:^|[\s;|&])(?:trap|eval|source)\s+["'$/.-]\S/),
  cmd('fork-bomb', 1, /:\s*\(\)\s*\{|\|\s*:\s*&/),
  cmd(
    'sqlite-dot',
    1,
    /(?:^|[;\n])\s*\.(?:shell|system|import|load|once|output|open|read|dump|databases|tables|excel|log|save|backup|archive|cd|clone|restore)\b(?:\s|$)/,
  ),
  cmd('windows-for', 1, /\bfor\s*(?:\/[dflr]\s*)*(?:\S{0,120}\s+|"[^"]{0,80}"\s*)?%+\S{1,12}\s+in\s*\([^)]{0,400}\)+\s*do\b/),
  cmd(
    'windows-if',
    1,
    /\bif(?:\s+|(?=\/))(?:\/i\s+)*(?:not\s+)*(?:\/i\s+)*(?:exist\s+\S+\s+\S|defined\s+\S+\s+\S|errorlevel\s+\d|cmdextversion\s+\d|(?!\()["'[{%!\w][^=()]{0,60}==|\([^()]{0,60}\)\s*==)/,
  ),
  cmd('windows-compare', 1, /\bif\s[^=]{0,80}\s(?:equ|neq|lss|leq|gtr|geq)\s/),
  cmd(
    'windows-variable',
    1,
    /%(?:comspec|systemroot|windir|programfiles|username|userdomain|computername|os|path(?:ext)?|temp|errorlevel|random|cd|date|time)(?::[^%]{0,20})?%|!\w+:~/,
  ),
  cmd(
    'windows-tool',
    1,
    /\bcmd(?:\.exe)?\s+\/[ckrv]\b|\b(?:powershell|pwsh)(?:\.exe)?\s+-?\w|\bcertutil\b.{0,60}-(?:urlcache|decode|encode)|\bnet\s+(?:user|localgroup|group|share|use|view|start|stop|accounts)\b(?=\s*(?:$|[/\\\w"]+\s*\/|\/|\\\\|\w+\s+\/))|\breg\s+(?:add|query|delete|save)\s+hk|\b\w+\.exe\b\s*(?:\/|-|&|\||$)/,
  ),
  cmd(
    'powershell-verb',
    1,
    /\b(?:invoke-(?:expression|command|webrequest|restmethod|item|wmimethod|cimmethod|mimikatz|history|sqlcmd)|new-(?:object|item|service|psdrive|localuser|netfirewallrule)|get-(?:childitem|content|process|service|wmiobject|ciminstance|command|credential|eventlog|item(?:property)?|aduser|localuser|acl|host|location|variable|alias|member|module|netipaddress|psdrive|hotfix|winevent|help|date|random)|set-(?:executionpolicy|content|item(?:property)?|mppreference|acl|location|variable|alias|service)|start-(?:process|service|job|sleep|bitstransfer)|stop-(?:process|service|computer)|remove-(?:item\w*|service)|copy-item|move-item|add-(?:type|content|member|mppreference)|out-(?:file|string|null|host)|import-(?:module|csv|clixml)|export-\w+|convertto-\w+|convertfrom-\w+|foreach-object|where-object|select-(?:object|string)|write-(?:host|output|error|warning)|test-(?:connection|path|netconnection)|restart-(?:computer|service)|enable-\w{6,}|disable-\w{6,}|register-\w{6,}|unregister-\w{6,}|clear-(?:content|host|eventlog|history|item|variable|recyclebin)|rename-(?:item|computer)|compare-object|measure-(?:object|command)|sort-object|group-object|tee-object|format-(?:list|table|wide|custom)|read-host|resolve-(?:path|dnsname)|wait-(?:process|job|event)|enter-pssession|update-help|debug-process|join-path|split-path|checkpoint-computer|send-mailmessage|show-\w{6,}|trace-command|undo-transaction|use-transaction|receive-\w+|push-location|pop-location|suspend-service|resume-service|expand-archive|compress-archive|downloadstring|downloadfile|frombase64string)\b/,
  ),
  cmd(
    'encoded-command',
    1,
    /\s-e(?:nc(?:odedcommand)?|c)?\s+[\w+/=]{16,}|\biex\s*[($]|\|\s*iex\b|\[(?:system\.)?(?:convert|text\.encoding|net\.webclient|reflection\.assembly|io\.file|diagnostics\.process)\]/,
  ),
  {
    id: 'protocol-line',
    kind: 'header-injection',
    weight: 1,
    pattern:
      /[\r\n]\s*(?:rcpt to|mail from|helo\b|ehlo\b|expn\b|vrfy\b|rset\b|noop\b|starttls|auth\s+(?:login|plain|cram|ntlm|gssapi|digest)|data\s*(?:[\r\n]|$)|quit\b|set-cookie\s*:|location\s*:|content-(?:type|length|disposition|location)\s*:|transfer-encoding\s*:|refresh\s*:|x-[\w-]{2,30}\s*:|host\s*:|(?:get|post|put|head|delete|options)\s+\S+\s+http|http\/\d|(?:[a-z]{1,4}\d{1,5}|\*|\.)\s+(?:append|authenticate|capability|check|close|copy|create|delete|examine|expunge|fetch|list|login|logout|lsub|noop|rename|search|select|starttls|status|store|subscribe|uid|unsubscribe)|(?:capa|list|noop|retr|dele|stat|top|uidl|user|pass|apop|rset|auth|quit|stls)(?:\s+\S+|\s*[\r\n]|\s*$)|(?:flushall|config set|slaveof|eval|set|get|keys)\s)|[\r\n]\s*<(?:html|script|body|meta)/,
  },
]
