"""Files behind presigned addresses: whoever has the address needs no key, until it expires."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from alpha_swarm.sandbox.clay.routines.answers import failure, refuse
from alpha_swarm.sandbox.exchange import Call, Operation, Reply, Service

PREFIX = "/clay/files"
_UPLOAD_SECONDS = 900.0


@dataclass(slots=True)
class File:
    """A file to be written or read; `content` is None until it is there."""

    expires: float
    read: Callable[[], str] | None = None
    content: bytes | None = None


class Files:
    """The store, by token."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def service(self) -> Service:
        """Uploads and downloads, with no key asked for."""
        operations = (
            Operation("uploadFile", "PUT", "/{token}", self._upload, raw=True),
            Operation("downloadFile", "GET", "/{token}", self._download),
        )
        return Service("clay", PREFIX, operations, lambda _call: None, failure, lambda _limit, _left: {})

    def to_write(self, now: float) -> str:
        """The token of a new upload."""
        return self._offer(File(now + _UPLOAD_SECONDS))

    def to_read(self, read: Callable[[], str], expires: float) -> str:
        """The token of a download that is made when it is asked for."""
        return self._offer(File(expires, read))

    def content(self, token: str) -> bytes | None:
        """What was uploaded; None where nothing was, or the token is none."""
        file = self._files.get(token)
        return file.content if file else None

    def reset(self) -> None:
        """Forget them all."""
        self._files.clear()

    def _offer(self, file: File) -> str:
        token = secrets.token_hex(16)
        self._files[token] = file
        return token

    def _upload(self, call: Call) -> Reply:
        if "clay-api-key" in call.headers or call.token:
            raise refuse(400, "a presigned address takes no other credentials")
        self._valid(call).content = call.raw
        return Reply(200)

    def _download(self, call: Call) -> Reply:
        file = self._valid(call)
        if file.read is None:
            raise refuse(403, "this address is for writing")
        return Reply(200, file.read(), media_type="application/jsonl")

    def _valid(self, call: Call) -> File:
        file = self._files.get(call.path["token"])
        if file is None or call.now > file.expires:
            raise refuse(403, "the address has expired")
        return file
