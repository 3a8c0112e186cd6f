"""A report in the words of its Word template and its PDF: Chinese, whatever the reader's language.

Names that a template may use: `title organ area month year issue since until written_on sha256`,
`figures.NAME` for each fact, and `sections`, each with `number name title summary note facts tables texts`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from plugins.diary.report_shape import share

_NUMBERS = "一二三四五六七八九十"


def context_of(figures: Mapping[str, Any], sha256: str, written_on: date) -> dict[str, Any]:
    """The names above for a report's figures."""
    year, month = figures["month"].split("-")
    sections = [_section(place, section) for place, section in enumerate(figures["sections"])]
    return {
        "title": title_of(figures),
        "organ": figures["area"]["name"],
        "area": figures["area"]["name"],
        "month": f"{year}年{int(month)}月",
        "year": year,
        "issue": str(int(month)),
        "since": _day(figures["since"]),
        "until": _day(figures["until"]),
        "written_on": _day(written_on.isoformat()),
        "sha256": sha256,
        "figures": {
            fact["name"]: share(fact["number"], fact["of"])
            for section in figures["sections"]
            for fact in section["facts"]
        },
        "sections": sections,
    }


def title_of(figures: Mapping[str, Any]) -> str:
    """The report's title."""
    year, month = figures["month"].split("-")
    return f"{figures['area']['name']}{year}年{int(month)}月民情分析报告"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(place: int) -> str:
    """一, 二, ... for the chapters."""
    return _NUMBERS[place] if place < len(_NUMBERS) else f"十{_NUMBERS[place - len(_NUMBERS)]}"


def _section(place: int, section: Mapping[str, Any]) -> dict[str, Any]:
    facts = [
        {"name": fact["name"], "title": fact["title"], "value": share(fact["number"], fact["of"])}
        for fact in section["facts"]
    ]
    return {
        "number": chinese_number(place),
        "name": section["name"],
        "title": section["title"],
        "note": section["note"],
        "facts": facts,
        "summary": "，".join(map(_told, facts)) + "。" if facts else "",
        "tables": [
            {
                "title": table["title"],
                "head": list(table["head"]),
                "rows": [
                    {
                        "label": f"{row['label']}（含{row['note']}）" if row["note"] else row["label"],
                        "cells": [share(cell["number"], cell["of"]) for cell in row["cells"]],
                    }
                    for row in table["rows"]
                ],
            }
            for table in section["tables"]
            if table["rows"]
        ],
        "texts": [{"label": text["label"], "text": text["text"]} for text in section["texts"]],
    }


def _told(fact: Mapping[str, str]) -> str:
    """A number behind its title; a closing bracket is distance enough."""
    gap = "" if fact["title"].endswith("）") else " "
    return f"{fact['title']}{gap}{fact['value']}"
