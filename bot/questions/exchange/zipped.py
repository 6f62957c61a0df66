"""Packed files (zip), opened within bounds: nobody's file may unpack to more than fits."""

import io
import zipfile

MOST_BYTES = 50_000_000
"""So large all members may be together when they are unpacked."""
MOST_MEMBERS = 5_000


class PackedError(ValueError):
    """It is damaged, locked or too large; the text says which."""


def opened(data: bytes) -> zipfile.ZipFile:
    """The packed file, whose members hold no more than MOST_BYTES. Raises PackedError."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise PackedError("It is damaged. Make it once more, and choose that file.") from None
    members = packed.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise PackedError("It is too large when it is unpacked. Split it into several.")
    if any(member.flag_bits & 1 for member in members):
        raise PackedError("It is locked by a password. Save it without one.")
    if any(member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for member in members):
        raise PackedError("It is packed in a way that isn't read. Make an ordinary .zip of it.")
    return packed


def member(packed: zipfile.ZipFile, name: str) -> bytes:
    """What one of its members holds. Raises PackedError."""
    try:
        return packed.read(name)
    except Exception:  # noqa: BLE001  # a damaged member fails in any of its reader's ways
        raise PackedError(f"“{name[-60:]}” in it is damaged. Make it once more.") from None
