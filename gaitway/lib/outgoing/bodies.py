"""The body of an answer, unpacked piece by piece: never more in memory than a piece, never more in all than allowed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from .faults import Failed

ACCEPTED = "gzip, deflate"
PIECE = 2**18  # bytes
_BITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


def unpacked(raw: Iterable[bytes], encoding: str, left: int, most: int, where: str) -> Iterator[bytes]:
    """The pieces of `raw` without their Content-Encoding. `left`: bytes that may still come, packed and unpacked, of the
    `most` in all. Errors: Failed beyond them, for a packing that wasn't asked for, and for one that is broken or cut."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _counted(raw, left, most, where)
    if encoding not in _BITS:
        raise Failed(
            f"{where} answers packed as {encoding}, which wasn't asked for. Let the server send gzip or nothing."
        )
    packed = _counted(raw, left, most, where)
    return _counted(_inflated(packed, _BITS[encoding], where), left, most, where)


def _counted(pieces: Iterable[bytes], left: int, most: int, where: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > left:
            raise Failed(f"{where} answers with more than {most:,} bytes. Ask it for less.")
        yield piece


def _inflated(pieces: Iterable[bytes], bits: int, where: str) -> Iterator[bytes]:
    machine = None
    try:
        for piece in pieces:
            packed = piece
            while packed:
                if machine is None:
                    # Servers disagree on what deflate means: with a head of zlib's, or without.
                    bare = bits == zlib.MAX_WBITS and packed[0] & 0x0F != zlib.DEFLATED
                    machine = zlib.decompressobj(-bits if bare else bits)
                elif machine.eof:
                    machine = zlib.decompressobj(bits)  # gzip may come in several members
                yield machine.decompress(packed, PIECE)
                packed = machine.unconsumed_tail or machine.unused_data
                while not packed and not machine.eof and (more := machine.decompress(b"", PIECE)):
                    yield more
    except zlib.error as error:
        raise Failed(f"{where} answers packed, and it can't be unpacked ({error}).", again=True) from None
    if machine and not machine.eof:
        raise Failed(f"{where} stopped in the middle of its answer.", again=True)
