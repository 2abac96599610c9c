"""The command line: parse, call, render. Decisions are made elsewhere."""

from __future__ import annotations

import _thread
import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from inspect import cleandoc
from keyword import iskeyword
from types import FrameType

import click

from .. import __version__, messages
from ..errors import InputError, LornpodError
from ..messages import later, tr
from ..terminal import Terminal

_OBJECTS = 500_000  # made, before rubbish is looked for: thousands of records hold none
EXIT_CODES = {
    0: later("done, or nothing to do"),
    1: later("the input is wrong, or --check found a difference"),
    2: later("the command line is wrong"),
    3: later("the store or the network failed"),
    4: later("a program is missing"),
    130: later("interrupted by Ctrl-C or SIGTERM; run it again to go on"),
}

# Where each command lives and what it is for. Its module is imported when it is run: --help is instant.
_COMMANDS = {
    "init": ("authoring", later("Make a new workspace that publishes at once.")),
    "new": ("authoring", later("Make the folder of a new case.")),
    "import": ("importing", later("Make authored files of what was published elsewhere.")),
    "schema": ("authoring", later("Print the JSON Schemas of the authored files.")),
    "check": ("checking", later("Say all that is wrong with the workspace.")),
    "check-feed": ("checking", later("Say all that is wrong with any podcast's feed.")),
    "preview-platforms": ("checking", later("Show what each platform will show, shorten or lose of a case.")),
    "master": ("mastering", later("Master recordings without publishing, and say what was found and done.")),
    "publish": ("publishing", later("Publish cases and renew the feeds that show them.")),
    "plan": ("planning", later("Show what a publish would do, and what is risky about it.")),
    "feeds": ("publishing", later("Renew the feeds from what is published, without audio.")),
    "status": ("overview", later("Show each case and its published version.")),
    "show": ("overview", later("Show one case, with its waveform and chapters.")),
    "verify": ("verifying", later("Look at what is published, as podcast apps do.")),
    "doctor": ("verifying", later("Tell whether this machine and this store are ready to publish.")),
    "history": ("versions", later("Show all published versions of a case.")),
    "rollback": ("versions", later("Publish an earlier version of a case again.")),
    "unpublish": ("versions", later("Take a case out of every feed.")),
    "prune": ("versions", later("Delete old versions and files that nothing names any more.")),
    "transcript": ("transcripts", later("Time, read, check and convert transcripts.")),
    "chapters": ("chapters", later("Read, check, convert and propose chapters.")),
    "excerpt": ("clips", later("Cut a clip out of an episode, such as what is around the quote.")),
    "tags": ("tagging", later("Read and write the tags of MP3s.")),
    "card": ("art", later("Set a case's quote as a picture to share.")),
    "artwork": ("art", later("Look at covers, and make them as Apple takes them.")),
    "serve": ("serving", later("Show site, feeds and episodes as they would be published, drafts too.")),
}


def _spoken(command: click.Command) -> click.Command:
    """*command* with its help, and that of its options and commands, in the language of this run."""
    spoken = copy(command)
    if command.help:
        spoken.help = "\n\n".join(map(tr, cleandoc(command.help).split("\n\n")))
    spoken.params = [copy(one) for one in command.params]
    for param in spoken.params:
        if isinstance(param, click.Option) and param.help:
            param.help = tr(param.help)
    if isinstance(command, click.Group) and isinstance(spoken, click.Group):
        spoken.commands = {name: _spoken(one) for name, one in command.commands.items()}
    return spoken


class _Commands(click.Group):
    """The commands, in the order in which a producer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module

        # A function cannot be called `import`.
        function = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        found: click.Command = getattr(import_module(f".{_COMMANDS[cmd_name][0]}", __name__), function)
        return _spoken(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], _COMMANDS, n=1)
            hint = tr(" Did you mean '{close}'?", close=close[0]) if close else ""
            raise click.UsageError(error.message + hint, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, tr(purpose)) for name, (_, purpose) in _COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Exit codes")):
            formatter.write_dl([(str(code), tr(meaning)) for code, meaning in EXIT_CODES.items()])


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "-C",
    "--workspace",
    "directory",
    default=".",
    metavar="DIR",
    envvar="LORNPOD_WORKSPACE",
    help="A folder in the workspace; the nearest lornpod.yaml upward counts. Default: here.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say errors only.")
@click.version_option(__version__, prog_name="lornpod")
@click.pass_context
def group(ctx: click.Context, directory: str, quiet: bool) -> None:
    """Publish interview podcasts from the command line.

    lornpod reads cases (episodes) from a workspace of plain files, masters and tags their audio, puts
    it into a folder or an S3-compatible bucket, and writes one RSS feed per theme.
    """
    from .desk import Desk

    ctx.obj = Desk(directory, Terminal(quiet=quiet))


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_OBJECTS)
    # Else pydantic reads what every installed package says of itself, to look for its plugins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    heed_interruptions()
    code = run(sys.argv[1:])
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)  # nothing is left to do, and to clear the memory of what was imported takes its time


def heed_interruptions() -> None:
    """From now on no Ctrl-C is lost.

    Python drops what is raised in a callback of its own, such as those that end an import, with a word on
    stderr; an interruption that came just then comes again.
    """
    usual = sys.unraisablehook
    again = partial(os.kill, os.getpid(), signal.SIGINT) if os.name == "posix" else _thread.interrupt_main

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            threading.Timer(0.05, again).start()
        else:
            usual(dropped)

    sys.unraisablehook = hook


def run(arguments: Sequence[str]) -> int:
    """Run one command, in the language that the environment asks for; its exit code. What a user can mend is
    said in one line each."""
    signal.signal(signal.SIGTERM, _interrupt)
    with messages.speaking(messages.wanted(os.environ)):
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    terminal = Terminal()
    try:
        code = _spoken(group).main(list(arguments), prog_name="lornpod", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except InputError as error:
        terminal.findings(error.findings)
        return error.exit_code
    except LornpodError as error:
        terminal.complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        terminal.complain(tr("interrupted; run the command again to go on"), later("stopped"), "yellow")
        return 130
    except BrokenPipeError:  # the reader of our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End by SIGTERM as by Ctrl-C: temporary files go, what is stored stays."""
    raise KeyboardInterrupt
