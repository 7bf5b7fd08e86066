"""Running a command: the same steps on both sides."""

from __future__ import annotations

from domain.kernel.commands import CommandType, Payload
from domain.kernel.context import ApplyContext
from domain.kernel.errors import NotEntitled


def check_entitled(kind: CommandType, ctx: ApplyContext, payload: Payload) -> None:
    """Whether this actor may do this to these rows; a missing row and a foreign one give the same answer.

    Raises:
        NotEntitled: role or scope does not allow it.
    """
    if ctx.actor.role not in kind.roles or not kind.entitled(ctx, payload):
        raise NotEntitled("not_entitled", command=kind.name)


def execute(kind: CommandType, ctx: ApplyContext, payload: Payload) -> None:
    """Check the right, apply, and on the server project.

    Raises:
        NotEntitled: role or scope does not allow it.
        DomainError: apply refuses it.
    """
    check_entitled(kind, ctx, payload)
    if kind.apply is None:
        raise RuntimeError(f"{kind.name} has no apply")
    kind.apply(ctx, payload)
    if ctx.rows.authority and kind.project is not None:
        kind.project(ctx, payload)
