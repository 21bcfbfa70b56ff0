"""Elements of SVG; whatever is no element is escaped."""

from __future__ import annotations

from html import escape


class Svg(str):
    """Markup that needs no escaping any more; templates take it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """For templates that escape whatever does not say otherwise."""
        return str(self)


def element(name: str, *inner: str, **attributes: str | float) -> Svg:
    """An element; ``class_`` is ``class``, and other underscores in names are hyphens."""
    given = "".join(f' {_name(key)}="{escape(_value(value))}"' for key, value in attributes.items())
    content = "".join(part if isinstance(part, Svg) else escape(part) for part in inner)
    return Svg(f"<{name}{given}>{content}</{name}>" if inner else f"<{name}{given}/>")


def joined(*parts: Svg) -> Svg:
    """One after the other."""
    return Svg("".join(parts))


def share(part: float, whole: float = 1.0) -> str:
    """A length in per cent of the width."""
    return f"{_value(100 * part / whole if whole else 0)}%"


def cut(text: str, most: int) -> str:
    """So short that it does not run into what stands beside it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _name(key: str) -> str:
    return "viewBox" if key == "view_box" else key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.3f}".rstrip("0").rstrip(".")
