"""Ways to write an address that leads into the house, or that others read differently: each is refused."""

_LOOPBACK = """
127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.255 127.000.000.001 0127.0.0.1 0177.0.0.1 0177.0.0.01 0177.00.00.01
0177.0000.0000.0001 0177.1 0x7f.0.0.1 0x7F.0.0.1 0x7f.0x0.0x0.0x1 0x7f.1 0x7f.0.1 0x7f000001 0X7F000001 0x07f000001
2130706433 02130706433 017700000001 0017700000001 127.0.0.1. 127.0.0.0x1 127.0x0.1 0x7f.0.0.01 0 0.0.0.0 0.0 0x0 00
0x 0.0.0.0. 4294967295 4294967296 425510912513 256.256.256.256 127.0.0.256 127.0.0.1.1 1.2.3 1.2.3.4.5 127..0.1
①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127．0．0．1 127｡0｡0｡1 ①②⑦。⓪。⓪。① 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ¹²⁷.⁰.⁰.¹ ０ｘ７ｆ.1 ⓪ⓧ⑦ⓕ.①
localhost LOCALHOST localhost. a.localhost ⓛⓞⓒⓐⓛⓗⓞⓢⓣ localhost.localdomain ip6-localhost loc%61lhost %6c.example
[::1] [::] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::127.0.0.1] [::7f00:1]
[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:1] [::FFFF:127.0.0.1] [::ffff:0:127.0.0.1] [::ffff:0:7f00:1]
[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:1::1] [2002:c0a8:101::1]
[2001:0:7f00:1::] [2001::7f00:1] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [::1%25lo] [::1%lo] [::1%251] [fe80::1%25eth0]
[fe80::1] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [2001:10::1]
[2001:20::1] [2001:2::1] [3fff::1] [3ffe::1] [5f00::1] [4000::1] [2620:4f:8000::1] [::1 ::1] ::1 [127.0.0.1] [::1].a.b
a[::1] prefix.[::1] [v1.::1] [] [::1]. []::1
"""
_PRIVATE = """
10.0.0.1 10.255.255.255 012.0.0.1 0xa.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 0xc0a80001
3232235521 030052000001 169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.43518 100.64.0.1
100.100.100.200 168.63.129.16 192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
printer.local router.lan db.internal box.home.arpa wiki.corp x.onion intranet
"""
LOOPBACK, PRIVATE = _LOOPBACK.split(), _PRIVATE.split()
ODD = [
    "http:/news.example/", "http:news.example", "http:///news.example/", "//news.example/", "news.example", "",
    "http://", "https:///", "http://?", "http://#", "http:\\\\news.example\\", "http://news.example\\@127.0.0.1/",
    " http://news.example/", "http://news.example/ ", "http://news.example/a b", "http://news.example/\n",
    "http://news.example/\t", "ht\ntp://news.example/", "http://news\t.example/", "http://news.example\r\nX: y/",
    "http://news.example/%0d%0a\r\n", "http://a@news.example/", "http://a:b@news.example/", "http://@news.example/",
    "http://:@news.example/", "http://127.0.0.1@news.example/", "http://news.example@127.0.0.1/",
    "http://news.example:80:80/", "http://news.example:/:", "http://news.example:0/", "http://news.example:65536/",
    "http://news.example:99999999/", "http://news.example:-80/", "http://news.example:+80/", "http://news.example:080/",
    "http://news.example:８０/", "http://news.example:8o/", "http://news..example/", "http://.news.example/",
    "http://news.example./", "http://-news.example/", "http://news-.example/", "http://news%2eexample/",
    "http://news.example%00/", "http://news.example\x00/", "http://n\u00adews\u2028.example/", "http://news\u3000.example/",
    "http://ne<ws.example/", "http://ne^ws.example/", "http://ne|ws.example/", "http://a,b.example/", "http://*.example/",
    "http://" + "a" * 64 + ".example/", "http://" + "a." * 127 + "example/", "http://news.example/" + "a" * 2000,
    "http://straße.example/", "http://βόλος.example/", "http://نامه\u200cای.example/", "http://℀.example/",
    "http://news.example／a/", "http://a／b.example/", "http://news.example：80/", "http://⒈.⒈/", "http://xn--\u00e9.example/",
    "ftp://news.example/", "file:///etc/passwd", "gopher://news.example/", "data:text/plain,hi", "javascript:alert(1)",
    "feed://news.example/", "dict://news.example/", "ws://news.example/", "jar:http://news.example/!/", "HTTP ://a.b/",
    "unix:///run/x", "about:blank", "http+unix://news.example/", "view-source:http://news.example/",
]  # fmt: skip
# Read as a browser reads them.
PLAIN = {
    "http://news.example": "http://news.example/",
    "HTTP://News.EXAMPLE/A": "http://news.example/A",
    "https://news.example:443/a?b=c#d": "https://news.example/a?b=c",
    "http://news.example:443/": "http://news.example:443/",
    "http://news.example?b": "http://news.example/?b",
    "http://news.example/#http://127.0.0.1/": "http://news.example/",
    "http://mairie-crépy.example/été?où=là": "http://xn--mairie-crpy-jbb.example/%C3%A9t%C3%A9?o%C3%B9=l%C3%A0",
    "http://БЕЛ.example/": "http://xn--90ais.example/",
    "http://ｎｅｗｓ.example/": "http://news.example/",
    "http://under_score.example/": "http://under_score.example/",
    "http://93.184.216.34/": "http://93.184.216.34/",
    "https://[2606:2800:220:1::1]:443/": "https://[2606:2800:220:1::1]/",
    "http://news.example/a%2Fb;c?d=%20|e": "http://news.example/a%2Fb;c?d=%20|e",
    "http://news.example/a/../b": "http://news.example/a/../b",
}
