"""The base of the generated enumerations: text with well-known values, open to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

E = TypeVar("E", bound="OpenEnum")


class _OpenEnumType(type):
    """What `in`, iteration and `len` mean for the class itself: its known members."""

    _known: dict[str, Any]

    def __contains__(cls, value: object) -> bool:
        return isinstance(value, str) and value in cls._known

    def __iter__(cls: type[E]) -> Iterator[E]:  # type: ignore[misc]  # it is called with such a class
        return iter(cls._known.values())

    def __len__(cls) -> int:
        return len(cls._known)


class OpenEnum(str, metaclass=_OpenEnumType):
    """Text with well-known values, which are class members; any other text is kept as it is.

    It is text: it equals its text, hashes and serialises like it. Iterating over the class gives
    the known members. A type checker knows that there may be others.
    """

    __slots__ = ("_name",)
    _known: ClassVar[dict[str, Any]] = {}
    _name: str | None

    def __new__(cls, value: str) -> Self:
        """The known member with this text, or else a new object that is not among the known ones."""
        if not isinstance(value, str):
            raise TypeError(f"{cls.__name__} needs text, not {type(value).__name__}")
        known: Self | None = cls._known.get(value)
        if known is not None:
            return known
        member = super().__new__(cls, value)
        member._name = None
        return member

    @classmethod
    def declare(cls, members: Mapping[str, str]) -> None:
        """Make the known members (each generated enumeration calls this once)."""
        cls._known = {}
        for name, value in members.items():
            member = str.__new__(cls, value)
            member._name = name
            cls._known[value] = member
            setattr(cls, name, member)

    @property
    def is_known(self) -> bool:
        """Whether the contract lists this value."""
        return self._name is not None

    @property
    def name(self) -> str:
        """The member's name; the text itself where the contract does not list it."""
        return self._name or str(self)

    @property
    def value(self) -> str:
        """The plain text."""
        return str.__str__(self)

    # Otherwise formatting would show the member the way `repr` does.
    def __str__(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        kind = type(self).__name__
        if self._name:
            return f"<{kind}.{self._name}>"
        return f"{kind}({self.value!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.value,)


__all__ = ["OpenEnum"]
