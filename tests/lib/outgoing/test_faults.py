"""What others do wrong is one sentence, in time, and nothing of it is used."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
import zlib
from pathlib import Path

import pytest

from gaitway import __version__
from gaitway.lib.outgoing import Budget, Door, Failed
from tests.certificates import Authority
from tests.outside import Asked, Outside, answer, outside

pytestmark = pytest.mark.slow  # waits for servers that are slow on purpose

QUICK = Budget(connect=0.5, first=0.5, whole=1.0, bytes=100_000)


def said(door: Door, address: str, budget: Budget = QUICK, **headers: str) -> bytes:
    with door.open(budget) as visit, visit.get(address, headers) as answered:
        return answered.read()


def fault(door: Door, address: str, budget: Budget = QUICK, **headers: str) -> tuple[str, bool]:
    """The sentence, and whether it may go by itself."""
    with pytest.raises(Failed) as caught:
        said(door, address, budget, **headers)
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", str(caught.value)), caught.value.again


def hang(connection: socket.socket, asked: Asked) -> None:
    time.sleep(2)


def drip(head: bytes, drop: bytes) -> object:
    def says(connection: socket.socket, asked: Asked) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.05)

    return says


def endless(connection: socket.socket, asked: Asked) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def cut(connection: socket.socket, asked: Asked) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def reset(connection: socket.socket, asked: Asked) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def bomb(levels: int = 1) -> bytes:
    packed = b"\0" * 50_000_000
    for _ in range(levels):
        packed = gzip.compress(packed)
    return packed


SLOW = "http://HOST/ is too slow: its answer has to begin within 0.5 seconds and to end within 1"
MIDDLE = "http://HOST/ stopped in the middle of its answer"
FAULTS = {
    "it hangs": (hang, SLOW, True),
    "its head drips": (drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), SLOW, True),
    "it says wait again and again": (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), SLOW, True),
    "its body drips": (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"x"), SLOW, True),
    "it is endless": (endless, "http://HOST/ answers with more than 100,000 bytes. Ask it for less.", False),
    "it is cut": (cut, MIDDLE, True),
    "it is reset": (reset, "http://HOST/ broke the connection off.", True),
    "a chunk is missing": (
        lambda c, a: c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), MIDDLE, True
    ),
    "its packing is cut": (answer(gzip.compress(b"hello" * 999)[:-9], content_encoding="gzip"), MIDDLE, True),
    "it is a bomb": (
        answer(bomb(), content_encoding="gzip"), "http://HOST/ answers with more than 100,000 bytes. Ask it for less.", False
    ),
    "it is a bomb in a bomb": (
        answer(bomb(2), content_encoding="gzip, gzip"), "http://HOST/ answers packed as gzip, gzip, which wasn't asked", False
    ),
    "it is a bomb of brotli": (answer(b"x", content_encoding="br"), "http://HOST/ answers packed as br, which", False),
    "its packing is broken": (answer(b"hello", content_encoding="gzip"), "http://HOST/ answers packed, and it can't", True),
    "it speaks something else": (lambda c, a: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), MIDDLE, True),
    "its head is endless": (drip(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 50_000 + b"\r\n"), MIDDLE, True),
    "it leads in a circle": (answer("", "302 Found", location="/"), "http://HOST/ leads on and on, more than 3 times", False),
    "it leads elsewhere": (
        answer("", "302 Found", location="file:///etc/passwd"),
        "http://HOST/ leads elsewhere. Gaitway goes to https:// and http:// addresses, not to file.", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("says", "message", "again"), FAULTS.values(), ids=FAULTS)
def test_a_bad_answer_is_one_sentence_in_time(there: Outside, says: object, message: str, again: bool) -> None:
    there.says["/"] = says  # type: ignore[assignment]  # of one kind or the other
    began = time.monotonic()
    text, may_go = fault(there.door, f"{there.url}/")
    assert text.startswith(message)
    assert may_go is again
    assert time.monotonic() - began < QUICK.whole + 0.5


def test_nobody_there_is_said(there: Outside) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    door = Door(hosts=frozenset({"127.0.0.1"}))
    text, again = fault(door, f"http://127.0.0.1:{port}/")
    assert (text, again) == ("http://HOST/ can't be reached: Connection refused.", True)


def gone(host: str, port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def busy(host: str, port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def silent(host: str, port: int) -> list[str]:
    threading.Event().wait(3)
    return []


NAMES = {
    "gone": (gone, "The name shop.example can't be found. Correct the address, or its entry in the DNS.", False),
    "busy": (busy, "The name shop.example can't be found. Correct the address, or its entry in the DNS.", True),
    "silent": (silent, "The name shop.example can't be looked up: no name server answers.", True),
}


@pytest.mark.parametrize(("resolve", "message", "again"), NAMES.values(), ids=NAMES)
def test_a_name_without_an_address_is_said(resolve: object, message: str, again: bool) -> None:
    assert fault(Door(resolve), "https://shop.example/") == (message, again)  # type: ignore[arg-type]  # a function


AUTHORITY = Authority()
PROOFS = {
    "of the right one": ("shop.example", False, True, None),
    "of another host": ("other.example", False, True, "Hostname mismatch, certificate is not valid for 'shop.example'"),
    "by a stranger": ("shop.example", False, False, "unable to get local issuer certificate"),
    "of last year": ("shop.example", True, True, "certificate has expired"),
}


@pytest.mark.parametrize(("name", "expired", "trusts", "why"), PROOFS.values(), ids=PROOFS)
def test_a_server_proves_its_name_although_its_address_was_looked_up_before(
    tmp_path: Path, name: str, expired: bool, trusts: bool, why: str | None
) -> None:
    with outside(AUTHORITY.vouches(name, tmp_path, expired=expired)) as house:
        house.says["/"] = answer("hello")
        tls = AUTHORITY.trusted() if trusts else None
        door = Door(lambda host, port: ["127.0.0.1"], frozenset({f"shop.example:{house.port}"}), tls)
        address = f"https://shop.example:{house.port}/"
        if why is None:
            assert said(door, address) == b"hello"
            assert house.asked[0].headers["host"] == f"shop.example:{house.port}"
        else:
            text, again = fault(door, address)
            assert text.startswith(f"{address} can't prove who it is: {why}")
            assert (again, house.asked) == (False, [])


def test_a_server_without_tls_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def plain() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(9_999)
                connection.sendall(answer("speak HTTP", "400 Bad Request"))

        threading.Thread(target=plain, daemon=True).start()
        text, again = fault(Door(hosts=frozenset({"127.0.0.1"})), f"https://127.0.0.1:{listening.getsockname()[1]}/")
    assert text == "https://HOST/ speaks no TLS that can be understood (WRONG_VERSION_NUMBER). Is it http://?"
    assert not again


def test_from_https_nothing_leads_to_http(tmp_path: Path, there: Outside) -> None:
    there.says["/"] = answer("read along")
    with outside(AUTHORITY.vouches("shop.example", tmp_path)) as house:
        house.says["/"] = answer("", "302 Found", location=f"{there.url}/")
        hosts = frozenset({"shop.example", "127.0.0.1"})
        door = Door(lambda host, port: ["127.0.0.1"], hosts, AUTHORITY.trusted())
        text, _ = fault(door, f"https://shop.example:{house.port}/")
    assert text.endswith("leads from https to http://HOST/, where anyone can read along. Ask its owner.")
    assert there.visits == 0


def test_a_token_stays_with_its_host(there: Outside) -> None:
    with outside() as other:
        other.says["/"] = answer("hello")
        there.says["/away"] = answer("", "302 Found", location=f"http://thief:x@127.0.0.1:{other.port}/")
        there.says["/back"] = answer("", "302 Found", location="/home")
        there.says["/home"] = answer("home")
        door = Door(hosts=frozenset({"127.0.0.1"}))
        assert (
            said(door, f"http://ana:pa%40ss@127.0.0.1:{there.port}/away", X_Key="secret".replace("_", "-")) == b"hello"
        )
        assert said(door, f"{there.url}/back", Authorization="Bearer secret") == b"home"
    assert set(other.asked[0].headers) == {"host", "user-agent", "accept-encoding"}
    assert there.asked[0].headers["authorization"] == "Basic YW5hOnBhQHNz"
    assert [asked.headers.get("authorization") for asked in there.asked[1:]] == ["Bearer secret", "Bearer secret"]


def test_a_token_goes_in_the_clear_to_no_public_host(there: Outside) -> None:
    door = Door(lambda host, port: ["93.184.215.14"])
    wanted = "http://shop.example/ would get a token or a password where anyone can read along. Use https://."
    assert fault(door, "http://shop.example/?key=1", Authorization="Bearer secret") == (wanted, False)
    assert fault(door, "http://ana:secret@shop.example/") == (wanted, False)


HEADERS = {
    "a line in the value": ({"X-Key": "a\r\nHost: other.example"}, "The value of the header X-Key holds a line break"),
    "a line in the name": ({"X\r\nHost: other": "a"}, "'X\\r\\nHost: other' can't be the name of a header."),
    "a NUL": ({"X-Key": "a\0"}, "The value of the header X-Key holds a line break"),
    "beyond Latin 1": ({"X-Key": "a\u2028"}, "The value of the header X-Key holds a line break or a character"),
    "no name": ({"": "a"}, "'' can't be the name of a header."),
    "another host": ({"Host": "other.example"}, "The header Host is set by Gaitway. Leave it out."),
    "a second length": ({"content-length": "5"}, "The header content-length is set by Gaitway. Leave it out."),
    "chunks": ({"Transfer-Encoding": "chunked"}, "The header Transfer-Encoding is set by Gaitway. Leave it out."),
}


@pytest.mark.parametrize(("headers", "message"), HEADERS.values(), ids=HEADERS)
def test_no_header_smuggles_another(there: Outside, headers: dict[str, str], message: str) -> None:
    with there.door.open(QUICK) as visit, pytest.raises(Failed) as caught, visit.get(there.url, headers):
        pass
    assert str(caught.value).startswith(message)
    assert there.visits == 0


def test_a_post_follows_nothing(there: Outside) -> None:
    there.says["/"] = answer("", "307 Temporary Redirect", location="https://new.example/api?key=1")
    with there.door.open(QUICK) as visit, pytest.raises(Failed) as caught, visit.post(there.url, b"a=1", "text/plain"):
        pass
    assert str(caught.value).endswith("has moved to https://new.example/api. If that is right, give that address.")


PACKED = {
    "gzip": gzip.compress(b"hello " * 9_000),
    "gzip in two members": gzip.compress(b"hello " * 4_000) + gzip.compress(b"hello " * 5_000),
    "deflate": zlib.compress(b"hello " * 9_000),
    "deflate without its head": zlib.compress(b"hello " * 9_000, wbits=-15),
    "identity": b"hello " * 9_000,
}


@pytest.mark.parametrize(("encoding", "body"), PACKED.items(), ids=PACKED)
def test_what_is_packed_is_unpacked(there: Outside, encoding: str, body: bytes) -> None:
    there.says["/"] = answer(body, content_encoding=encoding.partition(" ")[0])
    assert said(there.door, there.url) == b"hello " * 9_000


def test_gaitway_says_who_it_is_and_keeps_the_connection(there: Outside) -> None:
    there.says["/"] = answer("hello")
    with there.door.open(QUICK) as visit:
        for _ in range(3):
            with visit.get(there.url) as answered:
                assert (answered.read(), answered.status, answered.framed) == (b"hello", 200, True)
    assert there.asked[0].headers["user-agent"] == f"Gaitway/{__version__}"
    assert there.visits == 1


def test_all_answers_of_a_visit_count(there: Outside) -> None:
    there.says["/"] = answer(b"x" * 60_000)
    with there.door.open(QUICK) as visit:
        with visit.get(there.url) as answered:
            answered.read()
        with visit.get(there.url) as answered, pytest.raises(Failed, match="more than"):
            answered.read()
