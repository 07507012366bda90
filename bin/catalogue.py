"""What `bin/messages` does."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "gaitway" / "locale"
# The forms that each language has, as Django knows them too; English is what stands in the code.
PLURALS = {
    "de": (2, "(n != 1)"),
    "es": (2, "(n != 1)"),
    "uk": (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"),
}
METHODS = [("**.py", "python"), ("web/templates/**.html", "jinja2"), ("web/templates/**.txt", "jinja2")]
OPTIONS = {"web/templates/**.html": {"newstyle_gettext": "true"}, "web/templates/**.txt": {"newstyle_gettext": "true"}}
# Beside gettext's own: what the engine and lib say without knowing a language.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "Phrase", "NotADate", "NotANumber")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%(?:\((\w+)\)s|%)")


def extracted() -> Catalog:
    """Every text of the code, with the files that say it."""
    found = Catalog(charset="utf-8")
    with contextlib.redirect_stderr(StringIO()):  # it tells of values that are f-strings: they aren't texts
        rows = list(extract_from_dir(ROOT / "gaitway", METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",)))
    sys.path.insert(0, str(ROOT))
    from gaitway.web import starters

    rows += [(f"web/starters/{file}", 0, text, [], None) for text, file in starters.texts()]
    for file, _line, text, comments, context in sorted(rows, key=lambda row: str(row[0])):
        found.add(text, locations=[(f"gaitway/{file}", 0)], auto_comments=comments, context=context)
    return found


def path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    if not path(language).exists():
        return Catalog(locale=language, charset="utf-8")
    with path(language).open("rb") as file:
        found = read_po(file, locale=language)
    found._num_plurals, found._plural_expr = PLURALS[language]
    return found


def updated(language: str, code: Catalog) -> Catalog:
    """The texts of the code with the translations that are known; what the code says no longer is left out."""
    known, made = read(language), Catalog(locale=language, charset="utf-8")
    made._num_plurals, made._plural_expr = PLURALS[language]
    for message in code:
        if message.id:
            before = known.get(_key(message), message.context)
            again = before is not None and before.id == message.id
            made.add(message.id, before.string if again and before else None, context=message.context,
                     auto_comments=message.auto_comments, flags=message.flags)  # fmt: skip
    return made


def write(language: str, catalog: Catalog) -> None:
    """The .po without places and sorted, so that two branches that add texts merge; and the .mo that is read from it."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    path(language).write_bytes(po(language, catalog))
    path(language).with_suffix(".mo").write_bytes(mo(catalog))


def po(language: str, catalog: Catalog) -> bytes:
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    number, rule = PLURALS[language]
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {language}\\n"\n"Plural-Forms: nplurals={number}; plural={rule};\\n"\n\n'
    )
    return head.encode() + body.getvalue()


def mo(catalog: Catalog) -> bytes:
    catalog.project = catalog.version = ""
    catalog._header_comment = ""
    body = BytesIO()
    with_header = Catalog(locale=catalog.locale, charset="utf-8")
    language = str(catalog.locale)
    number, rule = PLURALS[language]
    header = f"Content-Type: text/plain; charset=utf-8\nLanguage: {language}\nPlural-Forms: nplurals={number}; plural={rule};\n"
    with_header._messages[""] = Message("", header)
    for message in sorted((each for each in catalog if each.id), key=lambda each: (str(each.id), each.context or "")):
        if _whole(message, number):
            with_header._messages[with_header._key_for(message.id, message.context)] = message
    write_mo(body, _Headless(with_header, header))
    return body.getvalue()


class _Headless:
    """A catalogue whose header holds no date and no tool, so that the same texts make the same bytes."""

    charset = "utf-8"

    def __init__(self, catalog: Catalog, header: str) -> None:
        self._messages, self.num_plurals = catalog._messages, PLURALS[str(catalog.locale)][0]
        self._header = header

    def __iter__(self) -> Iterator[Message]:
        yield Message("", self._header)
        yield from (each for key, each in self._messages.items() if key != "")


def faults(language: str, catalog: Catalog) -> Iterator[str]:
    """What keeps a translation from being right."""
    number = PLURALS[language][0]
    for message in catalog:
        if not message.id:
            continue
        name = f"{language}: {_key(message)!r}"
        if not _whole(message, number):
            yield f"{name} has no translation"
            continue
        if message.fuzzy:
            yield f"{name} is fuzzy"
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.id, tuple) else (message.string,)
        wanted = {places(text) for text in originals}
        for text in texts:
            if places(text) not in wanted:
                yield f"{name}: {text!r} has other places than the original"
            if (text[:1].isspace(), text[-1:].isspace()) != (originals[0][:1].isspace(), originals[0][-1:].isspace()):
                yield f"{name}: {text!r} begins or ends otherwise than the original"


def places(text: str) -> tuple[str, ...]:
    return tuple(sorted(match.group() for match in PLACES.finditer(text)))


def missing(language: str, code: Catalog) -> list[dict[str, Any]]:
    """To be filled: `text`, one for each plural form."""
    number, found = PLURALS[language][0], []
    for message in updated(language, code):
        if message.id and not _whole(message, number):
            origin = code.get(_key(message), message.context)
            entry: dict[str, Any] = {"id": _key(message), "where": sorted({place for place, _line in origin.locations})}
            if message.context:
                entry["context"] = message.context
            if isinstance(message.id, tuple):
                entry |= {"plural": message.id[1], "text": [""] * number}
            else:
                entry["text"] = ""
            found.append(entry)
    return found


def fill(language: str, code: Catalog, entries: list[dict[str, Any]]) -> Catalog:
    """Raises KeyError for a text that the code doesn't say."""
    made = updated(language, code)
    for entry in entries:
        message = made.get(entry["id"], entry.get("context"))
        if message is None:
            raise KeyError(f"The code says no {entry['id']!r}.")
        text = entry["text"]
        message.string = tuple(text) if isinstance(text, list) else text
    return made


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def _whole(message: Message, number: int) -> bool:
    if isinstance(message.id, tuple):
        return isinstance(message.string, tuple) and len(message.string) == number and all(message.string)
    return bool(message.string)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/messages", description="The catalogues of texts.")
    parser.add_argument("--missing", metavar="LANGUAGE", choices=PLURALS, help="print what it lacks, as JSON")
    parser.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"), help="take in what --missing printed, filled")
    asked = parser.parse_args()
    code = extracted()
    if asked.missing:
        print(json.dumps(missing(asked.missing, code), ensure_ascii=False, indent=1))
        return 0
    if asked.fill:
        language, file = asked.fill
        entries = json.loads(Path(file).read_text("utf-8"))
        write(language, fill(language, code, [entry for entry in entries if entry["text"]]))
    wrong = 0
    for language in PLURALS:
        catalog = updated(language, code)
        write(language, catalog)
        said = list(faults(language, catalog))
        lacks = sum(line.endswith("has no translation") for line in said)
        print(f"{language}: {len(list(catalog)) - 1} texts, {lacks} without a translation")
        for line in said:
            if not line.endswith("has no translation"):
                print(f"  {line}", file=sys.stderr)
        wrong += len(said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
