"""Import-linter contract: a domain is entered by its front door only."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from typing_extensions import override


class FrontDoor(Contract):
    """No module imports the inside of a sibling package of `container`, nor does `web` or below.

    `livehouse.app` may: it collects tables, pages, endpoints and commands.
    """

    container = fields.StringField()

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        container = str(self.container)
        homes = graph.find_children(container)
        trespasses = sorted(
            (importer, inside)
            for home in homes
            for inside in graph.find_descendants(home)
            for importer in graph.find_modules_that_directly_import(inside)
            if (other := home_of(importer, homes)) is not None and other != home
        )
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, inside in check.metadata["trespasses"]:
            output.print_error(f"{importer} imports {inside}: import its package instead.")


def home_of(module: str, homes: set[str]) -> str | None:
    """The package of `homes` that `module` lives in, if any."""
    return next((home for home in homes if module == home or module.startswith(f"{home}.")), None)
