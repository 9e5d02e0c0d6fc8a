"""The behaviour suite of every ObjectStore: a new implementation is added to `stores` and passes it all."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chassis import objects
from chassis.objects import CHUNK_BYTES, DiskStore, NoSuchObject, ObjectStore, TooLarge

MakeStore = Callable[[Path], ObjectStore]
stores: list[MakeStore] = [DiskStore]


@pytest.fixture(params=stores, ids=lambda make: make.__name__)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    make: MakeStore = request.param
    return make(tmp_path / "store")


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def whole(store: ObjectStore, digest: str) -> bytes:
    return b"".join([chunk async for chunk in store.open(digest)])


async def test_what_was_put_is_found_under_its_sha_256(store: ObjectStore) -> None:
    digest = await store.put(b"pizza")
    assert digest == hashlib.sha256(b"pizza").hexdigest()
    assert await whole(store, digest) == b"pizza"
    assert await store.exists(digest)
    assert await store.size(digest) == 5


async def test_a_stream_is_the_same_object_as_its_bytes(store: ObjectStore) -> None:
    assert await store.put(chunks(b"piz", b"", b"za")) == await store.put(b"pizza")


async def test_the_same_bytes_put_at_once_by_many_are_one_object(store: ObjectStore) -> None:
    digests = await asyncio.gather(*(store.put(b"pizza") for _ in range(20)))
    assert len(set(digests)) == 1
    assert await whole(store, digests[0]) == b"pizza"


async def test_an_empty_object_and_one_of_many_chunks_come_back_whole(store: ObjectStore) -> None:
    large = b"0123456789" * CHUNK_BYTES
    assert await whole(store, await store.put(b"")) == b""
    digest = await store.put(chunks(large, large))
    assert await whole(store, digest) == large * 2


async def test_above_the_limit_nothing_is_kept(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await store.put(chunks(b"abc", b"def"), limit=5)
    assert not await store.exists(hashlib.sha256(b"abcdef").hexdigest())
    assert files(tmp_path) == []
    assert await store.put(b"abcde", limit=5)


async def test_a_broken_stream_keeps_nothing(store: ObjectStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await store.put(broken())
    assert files(tmp_path) == []


async def test_a_deleted_object_is_gone_and_can_come_again(store: ObjectStore) -> None:
    digest = await store.put(b"pizza")
    await store.delete(digest)
    await store.delete(digest)
    assert not await store.exists(digest)
    with pytest.raises(NoSuchObject):
        await whole(store, digest)
    with pytest.raises(NoSuchObject):
        await store.size(digest)
    assert await store.put(b"pizza") == digest


NAMES = ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n", "a" * 64 + "/../x", "/" + "a" * 63]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_digest_never_becomes_a_path(name: str) -> None:
    with pytest.raises(NoSuchObject):
        objects.digest(name)


@pytest.mark.parametrize("name", NAMES)
async def test_only_a_digest_names_anything(store: ObjectStore, name: str, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("secret")
    assert not await store.exists(name)
    with pytest.raises(NoSuchObject):
        await whole(store, name)
    await store.delete(name)
    assert (tmp_path / "etc" / "passwd").exists()
