"""What works on one system only has no place in code that runs on every shop's PC, unless its twin stands beside it.

The explicit way to allow something is to write both: inside an ``if`` (or a conditional expression) whose test names
``sys.platform`` or ``os.name``, either branch may use what its system has. mypy, run once for Linux and once for
Windows, checks the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.lints.sources import Finding, Source, call_name, literal

ONE_SYSTEM_MODULES = frozenset(
    "fcntl grp posix pty pwd resource syslog termios tty msvcrt nt winreg winsound _winapi".split()
)
ONE_SYSTEM_NAMES = {
    "os": frozenset(
        "chown chroot fork forkpty geteuid getegid getgid getgroups getloadavg getpgid getpgrp getpriority getuid"
        " killpg lchown mkfifo mknod nice openpty O_DIRECTORY O_NOFOLLOW pidfd_open posix_spawn sched_getaffinity"
        " setegid seteuid setgid setpgid setsid setuid startfile statvfs sysconf uname wait WNOHANG".split()
    ),
    "signal": frozenset(
        "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGUSR1 SIGUSR2 alarm pause pthread_kill setitimer"
        " CTRL_C_EVENT CTRL_BREAK_EVENT".split()
    ),
    "socket": frozenset({"AF_UNIX", "SO_REUSEPORT", "socketpair"}),
    "time": frozenset({"tzset"}),
    "asyncio": frozenset({"open_unix_connection", "start_unix_server"}),
    "subprocess": frozenset({"STARTUPINFO", "CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP"}),
}
ONE_SYSTEM_ARGUMENTS = frozenset({"preexec_fn", "start_new_session", "process_group"})
SYSTEM_FOLDER = re.compile(r"(/(tmp|var|etc|usr|opt|home|dev|proc|run)(/|$)|[A-Za-z]:\\)")
TEXT_METHODS = {"read_text": 0, "write_text": 1}


def check(source: Source) -> list[Finding]:
    """What in this file ties it to one system."""
    return list(_visit(source, source.tree))


def _visit(source: Source, node: ast.AST) -> Iterator[Finding]:
    if isinstance(node, ast.If | ast.IfExp) and re.search(r"sys\.platform|os\.name", ast.unparse(node.test)):
        return
    message = _complaint(source, node)
    if message:
        yield source.finding(node, message)
    for child in ast.iter_child_nodes(node):
        yield from _visit(source, child)


def _complaint(source: Source, node: ast.AST) -> str | None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return _import_complaint(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _name_complaint(node.value.id, node.attr)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in source.docstrings:
        return f"a folder of one system: {node.value!r}" if SYSTEM_FOLDER.match(node.value) else None
    return _call_complaint(node) if isinstance(node, ast.Call) else None


def _import_complaint(node: ast.Import | ast.ImportFrom) -> str | None:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for module in modules:
        if module in ONE_SYSTEM_MODULES:
            return f"the module {module} exists on one system only"
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            message = _name_complaint(node.module or "", alias.name)
            if message:
                return message
    return None


def _name_complaint(module: str, name: str) -> str | None:
    if name in ONE_SYSTEM_NAMES.get(module, ()):
        return f"{module}.{name} exists on one system only"
    return None


def _call_complaint(node: ast.Call) -> str | None:
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    for name in ONE_SYSTEM_ARGUMENTS.intersection(keywords):
        return f"the argument {name} works on one system only"
    if "encoding" in keywords or None in keywords:
        return None
    name = call_name(node)
    if name in TEXT_METHODS and isinstance(node.func, ast.Attribute) and len(node.args) <= TEXT_METHODS[name]:
        return f"{name} without encoding= reads another alphabet on Windows"
    if name == "open" and isinstance(node.func, ast.Name):
        mode = literal(node.args[1]) if len(node.args) > 1 else literal(keywords.get("mode")) or "r"
        if mode is not None and "b" not in mode:
            return "open in text mode without encoding= reads another alphabet on Windows"
    return None
