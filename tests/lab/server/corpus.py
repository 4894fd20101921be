"""Raw requests, and RFC 9112's answer to each; a row cites the section that it shows.

An outcome is a status that the server answers itself, or METHOD TARGET BODY as the application was
asked. `WAITS` is at the end of what is not complete: it is answered 408 when the time is over.
"""

from dataclasses import dataclass

WAITS = 408


@dataclass(frozen=True)
class Row:
    name: str
    section: str  # of RFC 9112, unless it says otherwise
    octets: bytes
    outcomes: tuple  # in the order of the answers
    is_kept: bool = False  # the connection, after the last answer


def row(name, section, octets, *outcomes, kept=False):
    if isinstance(octets, str):
        octets = octets.encode("latin-1")
    return Row(name, section, octets, outcomes, kept)


def get(target="/", *fields, version="1.1", method="GET", host="a"):
    lines = [f"{method} {target} HTTP/{version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    return "\r\n".join([*lines, *fields, "", ""])


def post(body, *fields, length=None):
    return get("/p", f"Content-Length: {length or len(body)}", *fields, method="POST") + body


def chunks(body, *fields):
    return get("/p", "Transfer-Encoding: chunked", *fields, method="POST") + body


def field(line):
    """A request with this header field among others."""
    return get("/", "A: 1", line, "B: 2")


OK = "GET / "

LINES = [
    row("a request", "2.1", get(), OK, kept=True),
    row("an empty line before it", "2.2", "\r\n" + get(), OK, kept=True),
    row("four empty lines before it", "2.2", "\r\n" * 4 + get(), OK, kept=True),
    row("empty lines and no end", "2.2", "\r\n" * 5 + get(), 400),
    row(
        "an empty line after a body", "2.2", post("x") + "\r\n" + get(), "POST /p x", OK, kept=True
    ),
    row("LF alone", "2.2", get().replace("\r\n", "\n"), 400),
    row("LF alone after the request line", "2.2", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
    row("LF alone after a field", "2.2", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    row("LF alone as the last line", "2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    row("LF alone before it", "2.2", "\n" + get(), 400),
    row("CR alone in the request line", "2.2", "GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("CR alone in a field", "2.2", field("X: a\rb"), 400),
    row("CR CR LF", "2.2", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
    row("a space before the first field", "2.2", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    row("half a request line", "9.5", "GET / HT", WAITS),
    row("half a head", "9.5", "GET / HTTP/1.1\r\nHost: a\r\n", WAITS),
    row("half a line end", "9.5", "GET / HTTP/1.1\r\nHost: a\r\n\r", WAITS),
    row("what TLS begins with", "2.2", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    row("NUL", "2.2", b"\x00" * 16, 400),
]

REQUEST_LINES = [
    row("a method in lower case", "3.1", get(method="get"), "get / ", kept=True),
    row("a method that nobody knows", "3.1", get(method="M-SEARCH"), "M-SEARCH / ", kept=True),
    row(
        "a method of all token characters",
        "3.1",
        get(method="!#$%&'*+-.^_`|~0aZ"),
        "!#$%&'*+-.^_`|~0aZ / ",
        kept=True,
    ),
    row("a method that is no token", "3.1", get(method="G(T"), 400),
    row("a method with a colon", "3.1", get(method="GET:"), 400),
    row("a method in latin-1", "3.1", get(method="G\xe9T"), 400),
    row("no method", "3.1", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("no target", "3.2", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("an empty target", "3.2", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("two spaces before the target", "3", get(" /"), 400),
    row("two spaces after the target", "3", get("/ "), 400),
    row("a tab for a space", "3", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("a space at the end", "3", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    row("a space in the target", "3.2", get("/a b"), 400),
    row("a request line of four words", "3", "GET / / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    row("a request line that is too long", "3", get("/" + "a" * 8_190), 414),
    row("a request line that never ends", "3", "GET /" + "a" * 9_000, 414),
    row("a method that never ends", "3", "A" * 9_000, 414),
    row(
        "a request line as long as may be",
        "3",
        get("/" + "a" * (8_190 - 14)),
        "GET /" + "a" * (8_190 - 14) + " ",
        kept=True,
    ),
]

TARGETS = [
    row("origin-form", "3.2.1", get("/a/b?c=d&e"), "GET /a/b?c=d&e ", kept=True),
    row("a query with a question mark", "3.2.1", get("/a?b?c"), "GET /a?b?c ", kept=True),
    row("percent-encoded bytes", "3.2.1", get("/%41%2f%00%ff"), "GET /%41%2f%00%ff ", kept=True),
    row(
        "what browsers do not encode",
        "3.2.1",
        get("/[a]|{b}?c[]=^"),
        "GET /[a]|{b}?c[]=^ ",
        kept=True,
    ),
    row("two slashes at the beginning", "3.2.1", get("//b/c"), "GET //b/c ", kept=True),
    row("dot segments", "3.2.1", get("/../a/./"), "GET /../a/./ ", kept=True),
    row("absolute-form", "3.2.2", get("http://a/b?c"), "GET /b?c ", kept=True),
    row("absolute-form in upper case", "3.2.2", get("HTTP://A/b"), "GET /b ", kept=True),
    row("absolute-form without a path", "3.2.2", get("http://a"), OK, kept=True),
    row("absolute-form with a query alone", "3.2.2", get("http://a?b"), "GET /?b ", kept=True),
    row("absolute-form with a port", "3.2.2", get("http://a:80/b"), "GET /b ", kept=True),
    row("absolute-form of IPv6", "3.2.2", get("http://[::1]:80/b"), "GET /b ", kept=True),
    row("absolute-form without a host", "RFC 9110, 4.2.1", get("http:///b"), 400),
    row("absolute-form with a port alone", "RFC 9110, 4.2.1", get("http://:80/b"), 400),
    row("absolute-form with a user", "RFC 9110, 4.2.4", get("http://u:p@a/b"), 400),
    row("absolute-form of another scheme", "3.2.2", get("ftp://a/b"), 400),
    row("absolute-form of TLS", "RFC 9110, 7.4", get("https://a/b"), 400),
    row("authority-form", "3.2.3", get("a:443", method="CONNECT"), 501),
    row("CONNECT with a path", "3.2.3", get("/", method="CONNECT"), 501),
    row("authority-form without CONNECT", "3.2.3", get("a:443"), 400),
    row("asterisk-form", "3.2.4", get("*", method="OPTIONS"), "OPTIONS * ", kept=True),
    row("asterisk-form without OPTIONS", "3.2.4", get("*"), 400),
    row("asterisk and more", "3.2.4", get("*a", method="OPTIONS"), 400),
    row("a target without a slash", "3.2", get("a"), 400),
    row("a query without a path", "3.2", get("?a"), 400),
    row("a fragment", "3.2", get("/a#b"), 400),
    row("a target in UTF-8", "3.2", get("/\xc3\xa9"), 400),
    row("a control character in a target", "3.2", get("/\x01"), 400),
    row("DEL in a target", "3.2", get("/\x7f"), 400),
]

VERSIONS = [
    row("HTTP/1.0", "9.3", get(version="1.0"), OK),
    row("HTTP/1.0 without a host", "3.2", get(version="1.0", host=None), OK),
    row(
        "HTTP/1.0 that would be kept", "9.3", get("/", "Connection: keep-alive", version="1.0"), OK
    ),
    row("a later minor version", "RFC 9110, 2.5", get(version="1.9"), OK, kept=True),
    row("HTTP/2.0", "RFC 9110, 15.6.6", get(version="2.0"), 505),
    row("HTTP/3.0", "RFC 9110, 15.6.6", get(version="3.0"), 505),
    row("HTTP/0.9 with a version", "RFC 9110, 15.6.6", get(version="0.9"), 505),
    row("the preface of HTTP/2", "RFC 9113, 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    row("a version in lower case", "2.3", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    row("a version of two digits", "2.3", get(version="1.10"), 400),
    row("a version of one number", "2.3", get(version="1"), 400),
    row("a version with a sign", "2.3", get(version="+1.1"), 400),
    row("another protocol", "2.3", "GET / ICY/1.1\r\nHost: a\r\n\r\n", 400),
    row("no version", "2.3", "GET /\r\n\r\n", 400),
]

HOSTS = [
    row("no Host", "3.2", get(host=None), 400),
    row("two Hosts", "3.2", get("/", "Host: b"), 400),
    row("twice the same Host", "3.2", get("/", "Host: a"), 400),
    row("two Hosts in HTTP/1.0", "3.2", get("/", "Host: b", version="1.0"), 400),
    row("an empty Host", "3.2", get(host=""), OK, kept=True),
    row("a Host with a port", "3.2", get(host="a.example:8080"), OK, kept=True),
    row("a Host with an empty port", "3.2", get(host="a:"), OK, kept=True),
    row("a Host in brackets", "3.2", get(host="[::1]:80"), OK, kept=True),
    row("a Host with spaces around it", "5.1", get(host=" \t a \t "), OK, kept=True),
    row("a Host with a space in it", "3.2", get(host="a b"), 400),
    row("a Host with a path", "3.2", get(host="a/b"), 400),
    row("a Host with a user", "3.2", get(host="u@a"), 400),
    row("a list of Hosts", "3.2", get(host="a, b"), 400),
    row("a Host with a port that is none", "3.2", get(host="a:b"), 400),
    row("a Host in latin-1", "3.2", get(host="\xe9"), 400),
    row("a Host beside absolute-form that is none", "3.2.2", get("http://a/", host="b c"), 400),
]

FIELDS = [
    row("no space after the colon", "5.1", field("X:a"), OK, kept=True),
    row("spaces and tabs around a value", "5.1", field("X: \t a \t "), OK, kept=True),
    row("an empty value", "5", field("X:"), OK, kept=True),
    row("a value of colons", "5", field("X: :::"), OK, kept=True),
    row("a value in latin-1", "5", field("X: caf\xe9 \xff"), OK, kept=True),
    row("a name of all token characters", "5", field("!#$%&'*+-.^_`|~0aZ: 1"), OK, kept=True),
    row("a space before the colon", "5.1", field("X : 1"), 400),
    row("a tab before the colon", "5.1", field("X\t: 1"), 400),
    row("a space in a name", "5.1", field("X Y: 1"), 400),
    row("no name", "5", field(": 1"), 400),
    row("no colon", "5", field("X"), 400),
    row("a name in latin-1", "5", field("X\xe9: 1"), 400),
    row("a name in brackets", "5", field("[X]: 1"), 400),
    row("obs-fold with a space", "5.2", field("X: 1\r\n 2"), 400),
    row("obs-fold with a tab", "5.2", field("X: 1\r\n\t2"), 400),
    row("obs-fold that hides a field", "5.2", field("X: 1\r\n Content-Length: 5"), 400),
    row("obs-fold of nothing", "5.2", field("X: 1\r\n "), 400),
    row("NUL in a value", "RFC 9110, 5.5", field("X: a\x00b"), 400),
    row("a control character in a value", "RFC 9110, 5.5", field("X: a\x01b"), 400),
    row("DEL in a value", "RFC 9110, 5.5", field("X: a\x7fb"), 400),
    row("a vertical tab in a value", "RFC 9110, 5.5", field("X: a\x0bb"), 400),
    row("NUL in a name", "RFC 9110, 5.1", field("X\x00: 1"), 400),
    row("as many fields as may be", "RFC 6585, 5", get("/", *["X: 1"] * 99), OK, kept=True),
    row("one field too many", "RFC 6585, 5", get("/", *["X: 1"] * 100), 431),
    row("a flood of fields", "RFC 6585, 5", get("/", *["X: 1"] * 5_000), 431),
    row("a flood of fields without an end", "RFC 6585, 5", get()[:-2] + "X: 1\r\n" * 5_000, 431),
    row("a field that is too long", "RFC 6585, 5", field("X: " + "a" * 70_000), 431),
    row("a field that never ends", "RFC 6585, 5", get()[:-2] + "X: " + "a" * 70_000, 431),
    row("a name that never ends", "RFC 6585, 5", get()[:-2] + "X" * 70_000, 431),
    row(
        "fields that are too long together", "RFC 6585, 5", get("/", *["X: " + "a" * 999] * 70), 431
    ),
]

LENGTHS = [
    row("a length", "6.2", post("hello"), "POST /p hello", kept=True),
    row("a length of 0", "6.2", post("", length="0"), "POST /p ", kept=True),
    row(
        "a length with zeros before it",
        "RFC 9110, 8.6",
        post("hello", length="0005"),
        "POST /p hello",
        kept=True,
    ),
    row(
        "a length of many digits",
        "RFC 9110, 8.6",
        post("hello", length="0" * 30 + "5"),
        413,
    ),
    row("the body of a GET", "6", get("/", "Content-Length: 2") + "xy", "GET / xy", kept=True),
    row("no length", "6.3, 7", get(method="POST"), "POST / ", kept=True),
    row(
        "a body without a length is a request",
        "6.3, 7",
        get(method="POST") + "x=1\r\n",
        "POST / ",
        400,
    ),
    row("a body that is too short", "9.5", post("hell", length="5"), WAITS),
    row("a negative length", "6.3, 5", post("hello", length="-5"), 400),
    row("a length with a plus", "6.3, 5", post("hello", length="+5"), 400),
    row("an empty length", "6.3, 5", post("", length=" "), 400),
    row("a length in hex", "6.3, 5", post("hello", length="0x5"), 400),
    row("a length with an underscore", "6.3, 5", post("hello", length="1_0"), 400),
    row("a length with a fraction", "6.3, 5", post("hello", length="5.0"), 400),
    row("a length with a space", "6.3, 5", post("hello", length="5 5"), 400),
    row("a length in other digits", "6.3, 5", post("hello", length="\xb2"), 400),
    row("two lengths", "6.3, 5", post("hello", "Content-Length: 6"), 400),
    row("twice the same length", "6.3, 5", post("hello", "Content-Length: 5"), 400),
    row("a list of lengths", "6.3, 5", post("hello", length="5, 5"), 400),
    row("a length over the limit", "RFC 9110, 15.5.14", post("", length="100000001"), 413),
    row("a length that no machine holds", "RFC 9110, 8.6", post("", length="9" * 60), 413),
]

CODINGS = [
    row("chunks", "7.1", chunks("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), "POST /p hello!", kept=True),
    row("no chunk but the last", "7.1", chunks("0\r\n\r\n"), "POST /p ", kept=True),
    row(
        "a size in upper case",
        "7.1",
        chunks("A\r\n0123456789\r\n0\r\n\r\n"),
        "POST /p 0123456789",
        kept=True,
    ),
    row(
        "a size with zeros before it",
        "7.1",
        chunks("0005\r\nhello\r\n000\r\n\r\n"),
        "POST /p hello",
        kept=True,
    ),
    row(
        "a chunk of line ends",
        "7.1",
        chunks("4\r\n\r\n\r\n\r\n0\r\n\r\n"),
        "POST /p \r\n\r\n",
        kept=True,
    ),
    row(
        "an extension", "7.1.1", chunks("5;a=b\r\nhello\r\n0;c\r\n\r\n"), "POST /p hello", kept=True
    ),
    row(
        "an extension in quotes",
        "7.1.1",
        chunks('5;a="b;\\"c"\r\nhello\r\n0\r\n\r\n'),
        "POST /p hello",
        kept=True,
    ),
    row(
        "an extension with bad white space",
        "7.1.1",
        chunks("5 ; a = b\r\nhello\r\n0\r\n\r\n"),
        "POST /p hello",
        kept=True,
    ),
    row("an extension that is none", "7.1.1", chunks("5;a b\r\nhello\r\n0\r\n\r\n"), 400),
    row("an extension with a bare LF", "7.1.1", chunks("5;\nhello\r\n0\r\n\r\n"), 400),
    row("an extension with a bare CR", "7.1.1", chunks("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400),
    row("an extension that never ends", "7.1.1", chunks("5;a=" + "b" * 2_000), 400),
    row(
        "a flood of extensions",
        "7.1.1",
        chunks(("1;a=" + "b" * 1_000 + "\r\nx\r\n") * 70 + "0\r\n\r\n"),
        400,
    ),
    row(
        "trailer fields",
        "7.1.2",
        chunks("1\r\nx\r\n0\r\nX: 1\r\nY: 2\r\n\r\n"),
        "POST /p x",
        kept=True,
    ),
    row("a trailer field that is none", "7.1.2", chunks("1\r\nx\r\n0\r\nX 1\r\n\r\n"), 400),
    row("a flood of trailer fields", "7.1.2", chunks("0\r\n" + "X: 1\r\n" * 200 + "\r\n"), 431),
    row("a trailer field that is folded", "7.1.2", chunks("0\r\nX: 1\r\n 2\r\n\r\n"), 400),
    row("no size", "7.1", chunks("\r\nhello\r\n0\r\n\r\n"), 400),
    row("a size that is none", "7.1", chunks("zz\r\nhello\r\n0\r\n\r\n"), 400),
    row("a size with 0x", "7.1", chunks("0x5\r\nhello\r\n0\r\n\r\n"), 400),
    row("a negative size", "7.1", chunks("-5\r\nhello\r\n0\r\n\r\n"), 400),
    row("a size with a plus", "7.1", chunks("+5\r\nhello\r\n0\r\n\r\n"), 400),
    row("a size with an underscore", "7.1", chunks("0_5\r\nhello\r\n0\r\n\r\n"), 400),
    row("a space before a size", "7.1", chunks(" 5\r\nhello\r\n0\r\n\r\n"), 400),
    row("a space after a size", "7.1", chunks("5 \r\nhello\r\n0\r\n\r\n"), 400),
    row("a size that overflows 64 bits", "7.1", chunks("10000000000000005\r\nhello\r\n"), 400),
    row("a size over the limit", "RFC 9110, 15.5.14", chunks("FFFFFFFF\r\nhello\r\n"), 413),
    row("a size that ends with LF", "7.1", chunks("5\nhello\r\n0\r\n\r\n"), 400),
    row("data that end with LF", "7.1", chunks("5\r\nhello\n0\r\n\r\n"), 400),
    row("data that are too long", "7.1", chunks("5\r\nhello!\r\n0\r\n\r\n"), 400),
    row("data that are too short", "7.1", chunks("6\r\nhello\r\n0\r\n\r\n"), 400),
    row("a last chunk with LF", "7.1", chunks("0\n\n"), 400),
    row("a bare LF after the last chunk", "7.1", chunks("0\r\n\n"), 400),
    row("no last chunk", "9.5", chunks("5\r\nhello\r\n"), WAITS),
    row("half a size", "9.5", chunks("5"), WAITS),
    row(
        "a request after chunks",
        "7.1",
        chunks("1\r\nx\r\n0\r\n\r\n") + get(),
        "POST /p x",
        OK,
        kept=True,
    ),
    row(
        "chunked in upper case",
        "7",
        chunks("").replace("chunked", "CHUNKED") + "0\r\n\r\n",
        "POST /p ",
        kept=True,
    ),
    row("a length and chunks", "6.3, 3", chunks("0\r\n\r\n", "Content-Length: 5"), 400),
    row("chunks and a length", "6.3, 3", post("0\r\n\r\n", "Transfer-Encoding: chunked"), 400),
    row("chunks in HTTP/1.0", "6.1", chunks("0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0"), 400),
    row("an unknown coding", "6.3, 4", get("/", "Transfer-Encoding: zip"), 400),
    row(
        "an unknown coding before chunked", "6.1", get("/", "Transfer-Encoding: gzip, chunked"), 501
    ),
    row(
        "chunked before another coding", "6.3, 4", get("/", "Transfer-Encoding: chunked, gzip"), 400
    ),
    row("chunked twice", "7", get("/", "Transfer-Encoding: chunked, chunked"), 400),
    row("chunked on two lines", "7", chunks("0\r\n\r\n", "Transfer-Encoding: chunked"), 400),
    row("identity", "6.3, 4", get("/", "Transfer-Encoding: identity"), 400),
    row("an empty coding", "6.3, 4", get("/", "Transfer-Encoding:"), 400),
    row("a coding with a parameter", "6.3, 4", get("/", "Transfer-Encoding: chunked;a=b"), 400),
    row("a coding that looks like chunked", "6.3, 4", get("/", "Transfer-Encoding: xchunked"), 400),
    row("a coding in quotes", "6.3, 4", get("/", 'Transfer-Encoding: "chunked"'), 400),
    row(
        "chunked after a vertical tab",
        "RFC 9110, 5.5",
        get("/", "Transfer-Encoding: \x0bchunked"),
        400,
    ),
    row(
        "a coding behind a space before the colon",
        "5.1",
        post("0\r\n\r\n", "Transfer-Encoding : chunked"),
        400,
    ),
    row("a coding by another name", "6.1", get("/", "Transfer_Encoding: chunked"), OK, kept=True),
]

CONNECTIONS = [
    row("two requests", "9.3.2", get("/1") + get("/2"), "GET /1 ", "GET /2 ", kept=True),
    row("ten requests", "9.3.2", get() * 10, *[OK] * 10, kept=True),
    row("a request after close", "9.6", get("/1", "Connection: close") + get("/2"), "GET /1 "),
    row("close in a list", "9.6", get("/", "Connection: a , CLOSE"), OK),
    row("a bad request after a good one", "2.2", get("/1") + "x\r\n" + get("/2"), "GET /1 ", 400),
    row("a request after a bad one", "9.6", "x\r\n" + get(), 400),
    row(
        "a smuggled request",
        "6.3, 3",
        post("0\r\n\r\n" + get("/evil"), "Transfer-Encoding: chunked", length="5"),
        400,
    ),
    row("HEAD", "6.3, 1", get(method="HEAD"), "HEAD / ", kept=True),
    row(
        "an upgrade that nobody knows",
        "RFC 9110, 7.8",
        get("/", "Connection: upgrade", "Upgrade: h2c"),
        OK,
        kept=True,
    ),
    row(
        "an expectation of 100 Continue",
        "RFC 9110, 10.1.1",
        post("x", "Expect: 100-continue"),
        "POST /p x",
        kept=True,
    ),
    row(
        "another expectation", "RFC 9110, 10.1.1", post("x", "Expect: more"), "POST /p x", kept=True
    ),
]

CORPUS = [
    *LINES, *REQUEST_LINES, *TARGETS, *VERSIONS, *HOSTS, *FIELDS, *LENGTHS, *CODINGS, *CONNECTIONS,
]  # fmt: skip
