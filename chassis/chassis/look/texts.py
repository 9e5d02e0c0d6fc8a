"""The sentences of a service's pages, in Swedish and English: flat keys, named placeholders, one file each.

A key that differs by number has the forms `<key>.one` and `<key>.other`.
"""

from collections.abc import Mapping
from importlib.resources import files

import yaml
from markupsafe import Markup, escape

from chassis.look.words import Language


class Texts:
    """Those of `texts/sv.yaml` and `texts/en.yaml` in a package."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._known: dict[Language, Mapping[str, Markup]] = {}

    def catalogue(self, language: Language) -> Mapping[str, Markup]:
        """All texts of a language, escaped once; placeholders stay and escape what is put into them."""
        if language not in self._known:
            raw = yaml.safe_load((files(self._package) / "texts" / f"{language}.yaml").read_text("utf-8"))
            self._known[language] = {key: escape(text) for key, text in raw.items()}
        return self._known[language]

    def text(self, language: Language, key: str, /, **values: object) -> Markup:
        """One text, safe for HTML. KeyError: no such key, or a placeholder was not given."""
        found = self.catalogue(language)[key]
        if not values:
            return found
        # Markup.format walks the text in Python; the text is safe already, so only the values are escaped.
        return Markup(str.format(found, **{name: escape(value) for name, value in values.items()}))  # noqa: S704

    def counted(self, language: Language, key: str, number: int, /, **values: object) -> Markup:
        """The form of a text for this number, which is its placeholder `n`."""
        return self.text(language, f"{key}.{'one' if number == 1 else 'other'}", n=number, **values)

    def member(self, language: Language, family: str, value: str, /, **values: object) -> Markup:
        """The word of one member of a family: `status` and `received`."""
        return self.text(language, f"{family}.{value}", **values)
