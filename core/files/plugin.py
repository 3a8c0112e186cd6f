"""Wiring of files."""

from collections.abc import Iterable

from flask import Blueprint
from peewee import Model

from core.files.endpoints import api
from core.files.models import File
from core.files.queries import missing_bytes
from core.files.services import sweep_files
from core.files.views import pages
from core.hookspecs import Finding, Job, hookimpl
from core.text import N_

_LOOKED_AT = 50


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """The bytes."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """uploadFile, getFile."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """The one table."""
    return [File]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Its lines in the record."""
    return {
        "files.keep_file": N_("保存文件"),
        "files.attach_files": N_("关联文件"),
        "files.remove_file": N_("删除文件"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Sweeping what belongs to nothing."""
    return [Job("files.sweep", N_("清理无主的文件"), _sweep, daily="03:20")]


def _sweep() -> None:
    sweep_files()


@hookimpl
def check_health() -> Iterable[Finding]:
    """Rows whose bytes are gone: brought back without the folder, or a folder that is not mounted."""
    if missing_bytes(_LOOKED_AT):
        yield Finding(
            "files_missing", N_("有照片或文件的内容不在数据文件夹 files 里，请从备份恢复。"), grave=False
        )
