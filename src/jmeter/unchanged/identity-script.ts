/**
 * Returns the Groovy script that sets the identity of the next message, or says that the next request sends no message.
 * `qbl.id` and `qbl.hex` are the token, as message/token writes it, and `qbl.place` is the message's place. JMeter reads
 * `${` before Groovy does, so the script does not contain it. The script also forgets the last message, so that no request
 * repeats the identity of another one.
 */
export const FORGET_SCRIPT = `vars.remove('qbl.id')
vars.remove('qbl.hex')
vars.remove('qbl.place')
`;

/** The name of the elements that qbl inserts. JMeter's log names it if the script fails. */
export const INSERTED_NAME = 'qbl identity';

/**
 * The script for a request that sends a message. JMeter counts setUp, plain and tearDown groups each from 1, so the numbers
 * of the setUp and plain groups of the file are added: they are the two arguments of the script. The messages of a thread
 * are counted in JMeter's properties, because some plug-ins start threads again under the same name.
 */
export const IDENTITY_SCRIPT = `${FORGET_SCRIPT}def md5 = { text -> java.security.MessageDigest.getInstance('MD5').digest(text.getBytes('UTF-8')).encodeHex().toString() }
def name = ctx.getThread().getThreadName()
def numbers = name.substring(name.lastIndexOf(' ') + 1).tokenize('-')
def kind = ctx.getThreadGroup()
long before = 0
if (!(kind instanceof org.apache.jmeter.threads.SetupThreadGroup)) before += Long.parseLong(args[0])
if (kind instanceof org.apache.jmeter.threads.PostThreadGroup) before += Long.parseLong(args[1])
long group = before + Long.parseLong(numbers[0])
long thread = Long.parseLong(numbers[1])
def counter = props.computeIfAbsent('qbl.messages.' + group + '-' + thread, { new java.util.concurrent.atomic.AtomicLong() })
long loop = counter.incrementAndGet()
if (group < 1 || group > 100 || thread < 1 || thread > 131071 || loop > 1073741823) throw new IllegalStateException('no identity for message ' + loop + ' of the thread ' + name)
def execution = props.get('qbl.execution')
long check = Long.parseLong(md5(execution + '|' + group + '|' + thread + '|' + loop + '|1').substring(0, 8), 16) >>> 3
def upper = String.format('%07x', thread * 2048 + (loop >> 19))
def lower = String.format('%012x', (loop & 0x7ffff) * 536870912L + check)
def hex = md5(execution).substring(0, 8) + upper.substring(0, 4) + '8' + upper.substring(4) + String.format('%04x', 32768 + group * 128 + 1) + lower
vars.put('qbl.hex', hex)
vars.put('qbl.id', [hex.substring(0, 8), hex.substring(8, 12), hex.substring(12, 16), hex.substring(16, 20), hex.substring(20)].join('-'))
vars.put('qbl.place', group + '-' + thread + '-' + loop)
`;

/**
 * The script after a request that sends a message. If JMeter followed a redirect, the row shows only the last response, which
 * says nothing about the message. The first response was a redirect, which is neither an acknowledgement nor a rejection.
 * JMeter follows every redirect of a POST with GET, so the method shows the redirect even if a script of the test plan
 * removed the sub-results. An ignored result gets no row, and the number of the last message would then leave no gap.
 * JMeter does not show the redirects of a request with "Redirect Automatically".
 */
export const REDIRECT_SCRIPT = `def isRedirect = { it instanceof org.apache.jmeter.protocol.http.sampler.HTTPSampleResult && it.isRedirect() }
def place = vars.get('qbl.place')
if (prev.isIgnore()) throw new IllegalStateException('the test plan ignores the result of message ' + place)
def hasOtherMethod = prev instanceof org.apache.jmeter.protocol.http.sampler.HTTPSampleResult && prev.getHTTPMethod() != sampler.getMethod()
if (place != null && (sampler.getAutoRedirects() || hasOtherMethod || prev.getSubResults().any(isRedirect))) vars.put('qbl.place', place + '-redirected')
`;
