"""Who may enter is checked where it matters, and the reference knows every check."""

from tools.generate_routes import endpoints, who_may_enter

STAFFED = ("/console", "/studio", "/operator")


def test_pages_of_the_staff_are_for_nobody_else() -> None:
    found = [(path, who_may_enter(one)) for path, _, one in endpoints() if path.startswith(STAFFED)]

    assert found
    assert not [path for path, who in found if who.startswith("everybody")]
