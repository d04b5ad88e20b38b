"""Feeds of releases, proposals and broken promises: Atom (RFC 4287) and JSON Feed 1.1.

    /feeds/releases.atom   /feeds/proposals.atom   /feeds/promises.atom
    /feeds/releases.json   /feeds/proposals.json   /feeds/promises.json

Words of the chain are text in them and never markup. Times are those of blocks.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from flask import Response, request

from dashboards import voting
from dashboards.api.files import blocks
from dashboards.api.problem import problem
from dashboards.chains import SHOWN
from dashboards.promised import verdicts
from dashboards.view import View, pin, view, when
from psephos.errors import PsephosError
from psephos.results.promises.judge import Verdict
from psephos.results.promises.promise import Result
from psephos.results.shown.text import display, number, one_line
from psephos.store import release as releases
from psephos.store.homes import chains

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a lasting id, a title, where it leads, when it was, and its words."""

    id: str
    title: str
    path: str
    time: int
    words: str


def of_releases(folder: Path) -> list[Entry]:
    """A release an entry, newest first; its time is that of its newest final block."""
    found = []
    for id in (id for place in chains(folder).values() for id in releases.kept(place)[:MOST]):
        release = pin(folder, id).release
        end = release.manifest.final
        words = (
            f"{len(release.figures())} figures as of block {number(end.number)};"
            f" {number(release.manifest.ledger.entries)} ledger entries,"
            f" root {release.manifest.ledger.root}."
        )
        title = f"Release {id[:16]}, final to block {number(end.number)}"
        found.append(Entry(f"urn:psephos:release:{id}", title, f"/?release={id[:16]}",
                           end.timestamp, words))  # fmt: skip
    return newest(found)


def newest(entries: Sequence[Entry]) -> list[Entry]:
    """Those of several chains together; of one they are in this order already."""
    return sorted(entries, key=lambda one: one.time, reverse=True)[:MOST]


def of_proposals(folder: Path) -> list[Entry]:
    """A proposal an entry, newest first, as of the newest final block of the current release."""
    return newest([one for there in current(folder) for one in _proposals(there)])


def current(folder: Path) -> list[View]:
    """The current release of each chain, at its newest final block."""
    return [view(replace(pin(place), home=folder), "", "") for place in chains(folder).values()]


def page(there: View, path: str) -> str:
    """A page's address; of several chains the release says which is meant."""
    alone = len(chains(there.pin.home)) == 1
    return path if alone else f"{path}?release={there.pin.id[:SHOWN]}"


def _proposals(there: View) -> list[Entry]:
    """Those of one chain."""
    found = []
    for one in voting.every_proposal(there.pin, there.block)[:MOST]:
        state = one.undefined if one.state is None else one.state.value
        id = f"0x{one.id.hex()}"
        found.append(
            Entry(
                f"urn:psephos:proposal:{there.release.chain.id}:{one.dataset}:{id}",
                one_line(one.title),
                page(there, f"/votes/{one.dataset}/0x{one.number:x}"),
                when(there.pin, one.created) or 0,
                f"{state} as of block {number(there.block)}. {display(one.description, 2_000)}",
            )
        )
    return found


def of_promises(folder: Path) -> list[Entry]:
    """A broken promise an entry, as of the newest final block; its time is that of the newest row
    that breaks it, so that one broken again comes up again.
    """
    return newest(
        [
            _broken(there, one)
            for there in current(folder)
            for one in verdicts(there)
            if one.result == Result.BROKEN
        ]
    )


def _broken(there: View, one: Verdict) -> Entry:
    rows = [row for row in one.judged.rows if row.result == Result.BROKEN]
    times = [
        row.time if row.time is not None else when(there.pin, row.block or there.block)
        for row in rows
    ]
    first = "; ".join(f"{row.what}: {row.found}, promised: {row.asked}" for row in rows[:5])
    words = (
        f"“{one.version.words}” {one.promise.by}, from {one.version.since} (source:"
        f" {one.version.source}). {len(rows)} of {len(one.judged.rows)} broken as of block"
        f" {number(there.block)}: {first}."
    )
    return Entry(
        f"urn:psephos:promise:{there.release.chain.id}:{one.promise.name}:{one.version.since}",
        one_line(f"Broken: {one.promise.title}"),
        page(there, "/foundation"),
        max((time for time in times if time is not None), default=0),
        display(words, 2_000),
    )


FEEDS: dict[str, tuple[str, Callable[[Path], list[Entry]]]] = {
    "releases": ("psephos: releases", of_releases),
    "proposals": ("psephos: proposals", of_proposals),
    "promises": ("psephos: broken promises", of_promises),
}


def answered(folder: Path, name: str, host: str, licence: str) -> Response:
    """A feed by name and ending."""
    subject, _, ending = name.rpartition(".")
    if subject not in FEEDS or ending not in ("atom", "json"):
        known = ", ".join(f"{one}.atom, {one}.json" for one in FEEDS)
        return problem(404, "there is no such feed", f"there are {known}")
    title, of = FEEDS[subject]
    try:
        entries = of(folder)
    except PsephosError as error:
        return problem(503, error.message, error.hint, type(error).__name__)
    written = as_atom if ending == "atom" else as_json
    media = "application/atom+xml" if ending == "atom" else "application/feed+json"
    text = written(title, f"{host}/feeds/{name}", host, entries, about(folder, licence))
    answer = Response(text, mimetype=media)
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]


def about(folder: Path, licence: str) -> dict[str, Any]:
    """What a feed rests on: each chain's current release with its blocks; definitions; licence."""
    told = [(there.release.chain.name, there.pin.id, blocks(there.release))
            for there in current(folder)]  # fmt: skip
    return {
        "releases": [{"chain": name, "release": id, "blocks": of} for name, id, of in told],
        "definition": "/method",
        "licence": licence,
    }


def as_atom(
    title: str, here: str, host: str, entries: Sequence[Entry], rests: Mapping[str, Any]
) -> bytes:
    """An Atom document; under which licence its words may be used are its rights, the releases it
    was made from its categories.
    """
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _text(feed, "title", title)
    _text(feed, "id", here)
    _text(feed, "updated", _time(max((one.time for one in entries), default=0)))
    _text(feed, "rights", rests["licence"])
    for one in rests["releases"]:
        id, of = one["release"], one["blocks"]
        label = f"{one['chain']}, release {id[:SHOWN]}, blocks {of['first']} to {of['final']}"
        ElementTree.SubElement(
            feed, f"{{{ATOM}}}category", scheme="urn:psephos:release", term=id, label=label
        )
    ElementTree.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=here)
    _text(ElementTree.SubElement(feed, f"{{{ATOM}}}author"), "name", "psephos")
    for one in entries:
        entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
        _text(entry, "title", one.title)
        _text(entry, "id", one.id)
        _text(entry, "updated", _time(one.time))
        ElementTree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=host + one.path)
        _text(entry, "summary", one.words)
    found: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return found


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def as_json(
    title: str, here: str, host: str, entries: Sequence[Entry], rests: Mapping[str, Any]
) -> bytes:
    """A JSON Feed; what it rests on is an extension, whose name JSON Feed wants with a `_`."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "feed_url": here,
        "home_page_url": f"{host}/",
        "_psephos": rests,
        "items": [
            {"id": one.id, "url": host + one.path, "title": one.title,
             "content_text": one.words, "date_published": _time(one.time)}
            for one in entries
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False).encode()


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
