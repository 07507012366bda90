"""Addresses that lead into the house: by number, by name, by redirect, by trick. Each is to be refused."""

from __future__ import annotations

import socket
from collections import defaultdict

PUBLIC = "93.184.215.14"  # never connected to: the tests' sockets end at 127.0.0.1

# What the tests' name server says, one answer a question; the last again and again.
NAMES: dict[str, list[list[str]]] = {
    "localhost": [["127.0.0.1"]],
    "localhost.": [["127.0.0.1"]],
    "localtest.example": [["127.0.0.1"]],
    "both.example": [[PUBLIC, "127.0.0.1"]],
    "six.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "rebind.example": [[PUBLIC], ["127.0.0.1"]],
    "later.example": [["127.0.0.1"], [PUBLIC]],
    "metadata.example": [["169.254.169.254"]],
    "intranet.example": [["10.1.2.3"]],
    "scoped.example": [["fe80::1%lo"]],
    "odd.example": [["not an address"]],
    "xn--lcalhost-54a.example": [["127.0.0.1"]],
}

# {port} is the canary's.
# fmt: off
TARGETS = [
    # 127.0.0.1 in all the ways to write it
    "http://127.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://127.1:{port}/", "http://127.0.1:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0x7f.0x0.0x0.0x1:{port}/",
    "http://0x7f.1:{port}/", "http://017700000001:{port}/", "http://0177.0.0.1:{port}/", "http://0177.1:{port}/",
    "http://127.000.000.001:{port}/", "http://127.0x0.1:{port}/", "http://127.8.9.10:{port}/",
    "http://0:{port}/", "http://0.0.0.0:{port}/", "http://0x0:{port}/", "http://00000000:{port}/",
    "http://4294967297:{port}/", "http://127。0。0。1:{port}/", "http://１２７．０．０．１:{port}/", "http://①②⑦.0.0.1:{port}/",
    "http://%31%32%37.0.0.1:{port}/", "http://127.0.0.1%2f@127.0.0.1:{port}/",
    # IPv6
    "http://[::1]:{port}/", "http://[::]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/", "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[2001:0:7f00:1::80ff:fffe]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/", "http://[fe80::1]:{port}/", "http://[::1%25lo]:{port}/", "http://[fc00::1]:{port}/",
    "http://[fec0::1]:{port}/", "http://[ff02::1]:{port}/", "http://[fd00:ec2::254]:{port}/",
    # names
    "http://localhost:{port}/", "http://localhost.:{port}/", "http://LOCALHOST:{port}/", "http://LocalTest.Example:{port}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/", "http://loc\u00adalhost:{port}/", "http://lоcalhost:{port}/", "http://both.example:{port}/",
    "http://six.example:{port}/", "http://mapped.example:{port}/", "http://rebind.example:{port}/",
    "http://later.example:{port}/", "http://scoped.example:{port}/", "http://odd.example:{port}/",
    # who asks, and other tricks of the address
    "http://good.example@127.0.0.1:{port}/", "http://good.example:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@localhost:{port}/", "http://good.example#@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@good.example/", "http://good.example\\@127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1\t:{port}/", "http://127.0.0.1\r\nX: y:{port}/", " http://127.0.0.1:{port}/", "hTTp://127.0.0.1:{port}/",
    "http://user:secret@rebind.example:{port}/", "https://127.0.0.1:{port}/", "https://localhost:{port}/",
    "https://good.example@127.0.0.1:{port}/", "https://good.example:443@localhost:{port}/", "https://a@b@127.0.0.1:{port}/",
    "https://good.example;@six.example:{port}/", "https://[::ffff:127.0.0.1]:{port}/", "https://127.1:{port}/",
    "http://127.0.0.1:+{port}/", "http://127.0.0.1:0{port}/", "http://127.0.0.1:{port}?a", "http://127.0.0.1:{port}#a",
    "http://0177.0x0.0.0x1:{port}/", "http://0X7F000001:{port}/", "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://[::ffff:127.0.0.1%25eth0]:{port}/", "http://[v1.127.0.0.1]:{port}/", "http://localhost。:{port}/",
    "http://ＬＯＣＡＬＨＯＳＴ:{port}/", "http://١٢٧.0.0.1:{port}/", "http://127.0.0.1%00.good.example:{port}/",
    "http://127.0.0.1%0d%0a:{port}/", "http://good.example%40127.0.0.1:{port}/", "http://127.0.0.1:{port}:{port}/",
    "http://4294967295:{port}/", "http://@127.0.0.1:{port}/",
    # other nets
    "http://169.254.169.254/latest/meta-data/", "http://metadata.example/", "http://[::ffff:a9fe:a9fe]/", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://intranet.example/", "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://192.88.99.1/",
    # other schemes
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_GET%20/", "ftp://127.0.0.1:{port}/", "dict://127.0.0.1:{port}/info",
    "ldap://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}!/", "data:text/csv,a", "unix:///var/run/docker.sock",
    "//127.0.0.1:{port}/", "127.0.0.1:{port}", "netdoc:///etc/passwd", "ws://127.0.0.1:{port}/", "",
]
# fmt: on


class NameServer:
    """Numbers as the operating system reads them, names as NAMES says, and all others lead nowhere."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = defaultdict(int)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked[host] += 1
        if host in NAMES:
            number = min(self.asked[host], len(NAMES[host])) - 1
            return NAMES[host][number]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(address[0]) for *_, address in found]
