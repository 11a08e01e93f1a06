// What is run on the host: constant shell programs; every value goes in by standard input, one line each. Used by ssh-host.ts.
// Exit codes of ours: 0 done, 10 refused (the reason on standard error), 127 a tool is missing.

/** Where quarantined files are kept, readable by nobody. */
export const QUARANTINE = '/var/lib/guanjia/quarantine'
/** What may be pulled in one snapshot. */
export const MAX_EVIDENCE_BYTES = 10 * 1024 * 1024

const COMMON = [
  'refuse() { echo "$*" >&2; exit 10; }',
  // Field 22 of /proc/<pid>/stat; the name in brackets may hold anything. A zombie is no process any more.
  'ticks() { rest=$(sed "s/^.*) //" "/proc/$1/stat" 2>/dev/null) || return 1; [ -n "$rest" ] || return 1; set -- $rest; [ "$1" = Z ] && return 1; echo "${20}"; }',
  'hash() { sha256sum < "$1" | cut -d" " -f1; }',
]

const program = (...lines: readonly string[]): string => [...COMMON, ...lines].join('\n')

export const killProcess = {
  /** in: pid; out: ticks, name */
  before: program('IFS= read -r pid', 'ticks "$pid" || refuse "no such process"', 'tr -d "\\n" < "/proc/$pid/comm"; echo'),
  /** in: pid, ticks */
  perform: program(
    'IFS= read -r pid; IFS= read -r want',
    '[ "$pid" -gt 1 ] || refuse "not this process"',
    '[ "$(ticks "$pid")" = "$want" ] || { echo "gone already"; exit 0; }',
    'kill -TERM "$pid" || refuse "not permitted"',
    'for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(ticks "$pid")" = "$want" ] || { echo "ended by TERM"; exit 0; }; sleep 0.2; done',
    'kill -KILL "$pid"; sleep 0.3; echo "ended by KILL"',
  ),
  /** in: pid, ticks; out: alive or gone */
  look: program('IFS= read -r pid; IFS= read -r want', 'if [ "$(ticks "$pid")" = "$want" ]; then echo alive; else echo gone; fi'),
} as const

export const quarantineFile = {
  /** in: path; out: sha256, mode, owner, bytes */
  before: program(
    'IFS= read -r path',
    '[ -L "$path" ] && refuse "a symbolic link"',
    '[ -f "$path" ] || refuse "no such file"',
    'hash "$path"; stat -c %a "$path"; stat -c %u:%g "$path"; stat -c %s "$path"',
  ),
  /** in: path, place, sha256 */
  perform: program(
    'IFS= read -r path; IFS= read -r place; IFS= read -r want',
    'umask 077; mkdir -p "$place" || refuse "no room for the quarantine"',
    'if [ ! -f "$place/file" ] || [ "$(hash "$place/file")" != "$want" ]; then',
    '  [ -L "$path" ] && refuse "a symbolic link"',
    '  [ -f "$path" ] || refuse "no such file"',
    '  cp -- "$path" "$place/coming" && [ "$(hash "$place/coming")" = "$want" ] || { rm -f "$place/coming"; refuse "the file has changed"; }',
    '  mv "$place/coming" "$place/file"; printf "%s\\n" "$path" > "$place/path"',
    'fi',
    // Only what was copied is taken away: another file that came to its place stays.
    'if [ -f "$path" ] && [ ! -L "$path" ] && [ "$(hash "$path")" = "$want" ]; then rm -- "$path" || refuse "not permitted"; fi',
    'chmod 000 "$place/file"; echo quarantined',
  ),
  /** in: path, place, sha256; out: hash at the place or -, then whether the same file is at its path */
  look: program(
    'IFS= read -r path; IFS= read -r place; IFS= read -r want',
    'if [ -f "$place/file" ]; then hash "$place/file"; else echo -; fi',
    'if [ -f "$path" ] && [ "$(hash "$path")" = "$want" ]; then echo there; else echo away; fi',
  ),
  /** in: path, place, sha256, mode, owner */
  undo: program(
    'IFS= read -r path; IFS= read -r place; IFS= read -r want; IFS= read -r mode; IFS= read -r owner',
    'if [ ! -f "$place/file" ]; then [ -f "$path" ] && [ "$(hash "$path")" = "$want" ] && { echo "restored already"; exit 0; }; refuse "nothing in quarantine"; fi',
    'if [ -e "$path" ] || [ -L "$path" ]; then [ "$(hash "$path")" = "$want" ] || refuse "another file has come to its place"; fi',
    'chmod 600 "$place/file"; umask 077',
    'cp -- "$place/file" "$path.guanjia" || refuse "not permitted"',
    'chown "$owner" "$path.guanjia"; chmod "$mode" "$path.guanjia"',
    '[ "$(hash "$path.guanjia")" = "$want" ] || refuse "the copy is damaged"',
    'mv -- "$path.guanjia" "$path" && rm -rf -- "$place"; echo restored',
  ),
} as const

export const disableAccount = {
  /** in: account; out: locked or open, day of expiry or empty */
  before: program(
    'IFS= read -r name',
    'entry=$(getent passwd "$name") || refuse "no such account"',
    '[ "$(echo "$entry" | cut -d: -f3)" != 0 ] || refuse "not this account"',
    '[ "$name" != "$(id -un)" ] || refuse "the account of this very connection"',
    'shadow=$(getent shadow "$name") || refuse "not permitted to read the state"',
    'case $(echo "$shadow" | cut -d: -f2) in !*) echo locked;; *) echo open;; esac',
    'echo "$shadow" | cut -d: -f8',
  ),
  /** in: account. Locks the password and lets the account end, so that keys do not open it either. */
  perform: program(
    'IFS= read -r name',
    '[ "$(id -u "$name")" != 0 ] || refuse "not this account"',
    'usermod -L -e 1 -- "$name" || refuse "usermod refused"',
  ),
  /** in: account; out: as before */
  look: program(
    'IFS= read -r name',
    'shadow=$(getent shadow "$name") || refuse "no such account"',
    'case $(echo "$shadow" | cut -d: -f2) in !*) echo locked;; *) echo open;; esac',
    'echo "$shadow" | cut -d: -f8',
  ),
  /** in: account, how it was locked, day of expiry or empty */
  undo: program(
    'IFS= read -r name; IFS= read -r was; IFS= read -r day',
    'usermod -e "$day" -- "$name" || refuse "usermod refused"',
    '[ "$was" = locked ] || usermod -U -- "$name" || refuse "usermod refused"',
  ),
} as const

export const snapshotEvidence = {
  /** in: paths; out: bytes of all */
  before: program(
    'sum=0',
    'while IFS= read -r path; do',
    '  [ -f "$path" ] || refuse "no such file: $path"',
    '  [ -L "$path" ] && refuse "a symbolic link: $path"',
    '  sum=$((sum + $(stat -c %s "$path")))',
    'done',
    'echo "$sum"',
  ),
  /** in: paths; out: hash, bytes, path of each; an empty line; the archive in base64. Copied first, so that what is hashed is what is sent. */
  perform: program(
    'copy=$(mktemp -d) || refuse "no room"; trap \'rm -rf "$copy"\' EXIT; umask 077',
    'while IFS= read -r path; do mkdir -p -- "$copy$(dirname -- "$path")" && cp -p -- "$path" "$copy$path" || refuse "not readable: $path"; done',
    'cd "$copy" || exit 10',
    `[ "$(du -sb . | cut -f1)" -le ${MAX_EVIDENCE_BYTES + 1024 * 1024} ] || refuse "too large"`,
    'find . -type f | LC_ALL=C sort | while IFS= read -r file; do echo "$(hash "$file") $(stat -c %s "$file") ${file#.}"; done',
    'echo',
    'find . -type f | LC_ALL=C sort > ../$(basename "$copy").list; tar --format=gnu -cf - -T ../$(basename "$copy").list | base64 -w 0; rm -f ../$(basename "$copy").list',
  ),
} as const
