"""What may stand in an address: a handle, a number. Anything else is no address of ours."""


class Handle:
    """A person's handle or a community's slug."""

    regex = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Number:
    """A row's id, short enough for any database's integers."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Form:
    """A form news is written in."""

    regex = "atom|rss|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
