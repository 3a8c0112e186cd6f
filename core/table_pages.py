"""The pages of an import: choose a table, see what it would do, let it be done; its mistakes in a copy.

A table is always looked over before it is imported: between the two it lies aside, sealed, for an hour
(`core.sheets`). Who asks for more than a file (a day, a source) makes pages of their own of the same parts.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import Blueprint, Response, flash, redirect, request, url_for

from core.access import demands
from core.errors import DomainError
from core.security import Actor, current_actor
from core.sheets import (
    XLSX_TYPE,
    Column,
    Outcome,
    SheetEmpty,
    SheetRefused,
    Upload,
    blank_workbook,
    drop_upload,
    keep_upload,
    kept_upload,
    marked_file,
)
from core.value_classes import value_class
from core.web import save_as, say


class Import(Protocol):
    """A service that imports a table whole or not at all. Raises SheetRefused for what is no such table."""

    def __call__(self, actor: Actor, upload: Upload, *, dry_run: bool) -> Outcome:
        """What was done, or would be done."""


@value_class
class ShownTable:
    """What a page of an import shows: addresses, and with a table that was looked over its `outcome`.

    `columns`: what its heading has. `error`: why a file is no such table, or why a deed was refused.
    """

    columns: Sequence[Column]
    upload_url: str
    blank_url: str
    outcome: Outcome | None = None
    file_name: str = ""
    import_url: str = ""
    marked_xlsx_url: str = ""
    marked_csv_url: str = ""
    error: DomainError | None = None


def put_aside() -> str:
    """The file of this form, kept for an hour under the returned token. Raises SheetEmpty, SheetTooLarge."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        raise SheetEmpty
    return keep_upload(current_actor(), Upload(file.filename or "", data))


@value_class
class TablePages:
    """The five addresses below `rule`, and the page they share.

    Their endpoints begin with `name` (`voters_form`, `voters_preview`, ...). `run` imports; `page` draws a
    ShownTable; `said` is the sentence afterwards, filled from the counts of the outcome; `then` the endpoint
    to go to. `blank` names the file to fill in.
    """

    pages: Blueprint
    rule: str
    name: str
    permission: str
    blank: str
    columns: Sequence[Column]
    run: Import
    page: Callable[[ShownTable], str]
    said: str
    then: str

    def join(self) -> None:
        """Add the addresses to the blueprint."""
        kept = f"{self.rule}/<string:token>"
        self._add("GET", self.rule, "form", self._form)
        self._add("GET", f"{self.rule}/blank.xlsx", "blank", self._blank)
        self._add("POST", self.rule, "upload", self._upload)
        self._add("GET", kept, "preview", self._preview)
        self._add("POST", kept, "import", self._import)
        self._add("GET", f"{kept}/marked.<string:kind>", "marked", self._marked)

    def show(self, error: DomainError | None = None) -> Any:
        """The page to choose a table on, and its status; with a refusal that is said there."""
        shown = self.page(self._shown(error=error))
        return shown, error.status if error else 200

    def _add(self, method: str, rule: str, part: str, view: Callable[..., Any]) -> None:
        self.pages.add_url_rule(rule, f"{self.name}_{part}", demands(self.permission)(view), methods=[method])

    def _url(self, part: str, **values: Any) -> str:
        return url_for(f"{self.pages.name}.{self.name}_{part}", **values)

    def _shown(self, **more: Any) -> ShownTable:
        return ShownTable(self.columns, self._url("upload"), self._url("blank"), **more)

    def _form(self) -> Any:
        return self.show()

    def _blank(self) -> Response:
        return save_as(self.blank, XLSX_TYPE, blank_workbook(self.columns))

    def _upload(self) -> Any:
        try:
            token = put_aside()
        except SheetRefused as error:
            return self.show(error)
        return redirect(self._url("preview", token=token), 303)

    def _preview(self, token: str) -> Any:
        upload = kept_upload(current_actor(), token)
        try:
            outcome = self.run(current_actor(), upload, dry_run=True)
        except SheetRefused as error:
            return self.show(error)
        return self.page(
            self._shown(
                outcome=outcome,
                file_name=upload.name,
                import_url=self._url("import", token=token),
                marked_xlsx_url=self._url("marked", token=token, kind="xlsx"),
                marked_csv_url=self._url("marked", token=token, kind="csv"),
            )
        )

    def _import(self, token: str) -> Any:
        outcome = self.run(current_actor(), kept_upload(current_actor(), token), dry_run=False)
        if not outcome.clean:  # something changed between the look and the word
            return redirect(self._url("preview", token=token), 303)
        drop_upload(current_actor(), token)
        flash(say(self.said, **outcome.counts), "success")
        return redirect(url_for(self.then), 303)

    def _marked(self, token: str, kind: str) -> Response:
        upload = kept_upload(current_actor(), token)
        outcome = self.run(current_actor(), upload, dry_run=True)
        return save_as(*marked_file(upload, outcome.mistakes, kind))
