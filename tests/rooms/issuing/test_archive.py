import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.issuing.archive import MAX_BYTES, Archive, Damaged, digest


@given(st.binary(max_size=2_000), st.binary(max_size=5_000))
def test_bytes_come_back_exactly(shared, raw):
    packed = Archive(shared).pack(raw)
    assert Archive(shared).unpack(packed, sha256=digest(raw)) == raw


def test_one_archive_packs_many():
    archive = Archive(b"the same words again and again " * 20)
    for number in range(50):
        raw = b"the same words again and again " * 20 + str(number).encode()
        packed = archive.pack(raw)
        assert len(packed) < 60
        assert archive.unpack(packed, sha256=digest(raw)) == raw


def test_another_document_is_not_handed_out():
    archive = Archive(b"")
    with pytest.raises(Damaged):
        archive.unpack(archive.pack(b"one"), sha256=digest(b"two"))


@given(st.binary(max_size=200))
def test_what_was_never_packed_is_damaged(stray):
    with pytest.raises(Damaged):
        Archive(b"shared").unpack(stray, sha256=digest(b"something else"))


def test_a_flipped_bit_is_noticed():
    archive, raw = Archive(b"shared words"), b"shared words, and mine"
    packed = bytearray(archive.pack(raw))
    for position in range(len(packed)):
        packed[position] ^= 1
        with pytest.raises(Damaged):
            assert archive.unpack(bytes(packed), sha256=digest(raw)) != raw
        packed[position] ^= 1


def test_an_archive_takes_no_document_that_nobody_reads():
    with pytest.raises(ValueError, match="at most"):
        Archive(b"").pack(b" " * (MAX_BYTES + 1))
