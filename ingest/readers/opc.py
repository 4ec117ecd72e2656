"""Office Open XML packages (pptx, docx, xlsx): parts and the relations between them.

Elements are told by their local names: transitional and strict files use different namespaces for the same
things.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import member, xml_tree
from ingest.readers.text_quality import stated_title


@dataclass(frozen=True, slots=True)
class Relation:
    """``kind`` is the last word of the relation's type (``slide``, ``image``, ``notesSlide``)."""

    kind: str
    target: str  # a part's name, or anything at all when ``external``
    external: bool


@dataclass(frozen=True, slots=True)
class Package:
    archive: zipfile.ZipFile
    file: SourceFile

    def main_part(self) -> str:
        """The presentation, document or workbook.

        Raises:
            ReadError: the archive is no office file.
        """
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.target
        raise ReadError(f"{self.file.relative}: an archive, but no office file.", "Give it its true suffix.")

    def tree(self, part: str) -> etree._Element:
        return xml_tree(member(self.archive, part, self.file), part, self.file)

    def relations(self, part: str) -> dict[str, Relation]:
        """By relation id; empty when the part has none or they are damaged."""
        folder, name = posixpath.split(part)
        try:
            root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        except ReadError:
            return {}
        return {
            element.get("Id", ""): Relation(
                element.get("Type", "").rpartition("/")[2],
                _resolved(folder, element.get("Target", "")),
                element.get("TargetMode") == "External",
            )
            for element in children(root, "Relationship")
        }

    def related(self, part: str, kind: str) -> str | None:
        """The first part of this kind that ``part`` points to."""
        relations = self.relations(part).values()
        return next((r.target for r in relations if r.kind == kind and not r.external), None)

    def title(self) -> str:
        """What the core properties say."""
        part = self.related("", "core-properties")
        try:
            root = self.tree(part) if part else None
        except ReadError:
            return ""
        found = "" if root is None else next((e.text or "" for e in root if local(e) == "title"), "")
        return stated_title(found)


def _resolved(folder: str, target: str) -> str:
    path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path)


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name; empty when it is not there."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The direct children of these local names."""
    return (child for child in element if local(child) in names)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (found for found in element.iter() if local(found) in names)
